import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { everyEventOf } from '../support/looking.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const schema = {
  inputs: [
    { name: 'amount', type: 'float64', min: 0 },
    { name: 'country', type: 'string', nullable: true, values: ['DE', 'FR'] },
    { name: 'pixels', type: 'uint8', nullable: true, shape: [-1, 2] },
  ],
  outputs: [{ name: 'score', type: 'float32', min: 0, max: 1 }],
  params: [{ name: 'threshold', type: 'float64', default: 0.5 }],
};
const none = { missing: 0, unexpected: 0, type: 0, null: 0, range: 0, value: 0, shape: 0 };

describeOperation('checkServing', (registry) => {
  const ready = async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    return { tenant, model, version: await aVersionOf(tenant, model, { schema }) };
  };
  const check = ({ keys }: TestTenant, input: object) => call(registry, 'checkServing', input, { as: keys.reader });

  it('finds nothing wrong with rows that fit, as records and as columns and data', async () => {
    const { tenant, model, version } = await ready();
    const fine = { model, version, side: 'inputs', valid: true, rows: 2, total: 0, counts: none, violations: [] };
    const records = [{ amount: 1, country: 'DE', pixels: [[1, 2]] }, { amount: 0 }];
    const table = {
      columns: ['country', 'amount'],
      data: [
        ['DE', 1],
        [null, 0],
      ],
    };

    expect(await tenant.reader.checkServing({ model, version, records })).toEqual(fine);
    expect(await tenant.reader.checkServing({ model, version, ...table })).toEqual(fine);
  });

  it('names every violation with its column and row, and counts them by kind', async () => {
    const { tenant, model, version } = await ready();
    const records = [
      { amount: 'much', country: 'AT', pixels: [[1]], more: 1 },
      { amount: null },
      { amount: -0.01 },
      { country: 'FR' },
    ];
    const { status, body } = await check(tenant, { model, version, records });

    expect(status).toBe(200);
    expect(body).toEqual({
      model,
      version,
      side: 'inputs',
      valid: false,
      rows: 4,
      total: 7,
      counts: { missing: 1, unexpected: 1, type: 1, null: 1, range: 1, value: 1, shape: 1 },
      violations: [
        { kind: 'type', row: 0, column: 'amount', message: 'expected float64, got "much"' },
        { kind: 'value', row: 0, column: 'country', message: 'expected "DE" or "FR", got "AT"' },
        { kind: 'shape', row: 0, column: 'pixels', message: 'expected the shape [-1, 2], got [1, 1]' },
        { kind: 'unexpected', row: 0, column: 'more', message: 'is not in the schema' },
        { kind: 'null', row: 1, column: 'amount', message: 'expected float64, got null' },
        { kind: 'range', row: 2, column: 'amount', message: 'expected 0 or more, got -0.01' },
        { kind: 'missing', row: 3, column: 'amount', message: 'expected float64, got nothing' },
      ],
    });
  });

  it('tells of columns and data which columns are missing and unexpected, once for all rows', async () => {
    const { tenant, model, version } = await ready();
    const { body } = await check(tenant, {
      model,
      version,
      columns: ['more', 'country'],
      data: [
        [1, 'DE'],
        [2, 'FR'],
      ],
    });

    expect(body.violations).toEqual([
      { kind: 'unexpected', column: 'more', message: 'is not in the schema' },
      { kind: 'missing', column: 'amount', message: 'expected float64, got nothing' },
    ]);
  });

  it('checks answers of the model, and its params, where it is told that they are', async () => {
    const { tenant, model, version } = await ready();
    const outputs = { model, version, side: 'outputs' as const, records: [{ score: 0.5 }, { score: 1.5 }] };
    const params = { model, version, side: 'params' as const, records: [{ threshold: 'high' }, {}] };

    expect((await tenant.reader.checkServing(outputs)).violations).toMatchObject([{ kind: 'range', row: 1 }]);
    expect((await tenant.reader.checkServing(params)).violations).toMatchObject([{ kind: 'type', row: 0 }]);
  });

  it('tells the first hundred of as many violations as a megabyte holds, and counts all of them', async () => {
    const { tenant, model, version } = await ready();
    const data = Array.from({ length: 60_000 }, () => ['x', 7]);
    const report = await tenant.reader.checkServing({ model, version, columns: ['amount', 'country'], data });

    expect(report).toMatchObject({ rows: 60_000, total: 120_000, counts: { ...none, type: 120_000 } });
    expect(report.violations).toHaveLength(100);
    expect(report.violations.at(-1)).toMatchObject({ row: 49, column: 'country' });
  });

  it('is no change: it has no event, and an Idempotency-Key means nothing to it', async () => {
    const { tenant, model, version } = await ready();
    const before = await everyEventOf(registry, tenant);
    const headers = { 'idempotency-key': 'one key' };
    const ask = (records: readonly object[]) =>
      call(registry, 'checkServing', { model, version, records }, { as: tenant.keys.reader, headers });

    expect((await ask([{ amount: 1 }])).body).toMatchObject({ valid: true });
    expect((await ask([{ amount: -1 }])).body).toMatchObject({ valid: false });
    expect(await everyEventOf(registry, tenant)).toEqual(before);
  });

  it('is 404 for a version without a schema, and for what is not there', async () => {
    const { tenant, model } = await ready();
    const bare = await aVersionOf(tenant, model);
    const code = async (input: object) => (await check(tenant, { records: [], ...input })).body.code;

    expect(await code({ model, version: bare })).toBe('schema.not_found');
    expect(await code({ model, version: 99 })).toBe('version.not_found');
    expect(await code({ model: 'nowhere', version: 1 })).toBe('model.not_found');
  });

  const EITHER = 'expected either records or columns';
  const TOGETHER = 'expected columns and data together';
  it.each<[string, object, ...{ field: string; message: unknown }[]]>([
    ['neither records nor columns', {}, { field: 'records', message: EITHER }],
    ['both', { records: [], columns: [], data: [] }, { field: 'records', message: EITHER }],
    ['columns without data', { columns: ['amount'] }, { field: 'data', message: TOGETHER }],
    [
      'data without columns',
      { data: [[1]] },
      { field: 'records', message: EITHER },
      { field: 'data', message: TOGETHER },
    ],
    [
      'a record that is a list',
      { records: [{}, [1]] },
      { field: 'records[1]', message: 'expected an object, got a list' },
    ],
    ['records that are an object', { records: {} }, { field: 'records', message: 'expected a list, got an object' }],
    [
      'a row that is an object',
      { columns: [], data: [{}] },
      { field: 'data[0]', message: 'expected a list, got an object' },
    ],
    [
      'a column that is a number',
      { columns: [7], data: [] },
      { field: 'columns[0]', message: 'expected a text, got a number' },
    ],
    [
      'a side that there is not',
      { records: [], side: 'weights' },
      { field: 'side', message: 'expected inputs or outputs or params' },
    ],
    [
      'a version that is no number',
      { records: [], version: 'latest' },
      { field: 'version', message: expect.any(String) },
    ],
  ])('is 400 for %s, and names the field', async (_, input, ...issues) => {
    const tenant = await aTenant(registry);
    const answer = await check(tenant, { model: 'any', version: 1, ...input });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(answer.body.issues).toEqual(issues);
  });
});
