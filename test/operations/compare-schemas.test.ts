import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const amount = { name: 'amount', type: 'float32', min: 0 };
const former = { inputs: [amount, { name: 'country', type: 'string' }], outputs: [{ name: 'score', type: 'float64' }] };
const wider = {
  inputs: [
    { ...amount, type: 'float64' },
    { name: 'country', type: 'string', nullable: true },
  ],
  outputs: [
    { name: 'score', type: 'float64' },
    { name: 'reason', type: 'string' },
  ],
};

describeOperation('compareSchemas', (registry) => {
  const ready = async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model, { schema: former });
    return { tenant, model, version, to: await aVersionOf(tenant, model, { schema: wider }) };
  };
  const compare = ({ keys }: TestTenant, input: object) => call(registry, 'compareSchemas', input, { as: keys.reader });

  it('tells every difference between two versions, what it breaks, and what holds', async () => {
    const { tenant, model, version, to } = await ready();
    const { status, body } = await compare(tenant, { model, version, to });

    expect(status).toBe(200);
    expect(body).toEqual({
      model,
      version,
      to,
      backward: true,
      forward: false,
      full: false,
      differences: [
        {
          side: 'inputs',
          column: 'amount',
          aspect: 'type',
          change: 'widened',
          from: 'float32',
          to: 'float64',
          breaks: ['forward'],
        },
        {
          side: 'inputs',
          column: 'country',
          aspect: 'nullable',
          change: 'widened',
          from: false,
          to: true,
          breaks: ['forward'],
        },
        {
          side: 'outputs',
          column: 'reason',
          aspect: 'column',
          change: 'added',
          to: { name: 'reason', type: 'string', nullable: false },
          breaks: ['forward'],
        },
      ],
    });
  });

  it('is backward where it was forward, the other way round', async () => {
    const { tenant, model, version, to } = await ready();

    expect(await tenant.reader.compareSchemas({ model, version: to, to: version })).toMatchObject({
      version: to,
      to: version,
      backward: false,
      forward: true,
      full: false,
    });
  });

  it('compares a version with a schema that no version has yet, however it is spelled', async () => {
    const { tenant, model, version } = await ready();
    const spelled = {
      inputs:
        '[{"type": "float", "name": "amount", "required": true}, {"type": "string", "name": "country", "required": true}]',
      outputs: [{ name: 'score', type: 'double' }],
    };
    const answer = await tenant.reader.compareSchemas({ model, version, schema: spelled });

    expect(answer).toEqual({
      model,
      version,
      backward: true,
      forward: false,
      full: false,
      differences: [
        { side: 'inputs', column: 'amount', aspect: 'range', change: 'widened', from: { min: 0 }, breaks: ['forward'] },
      ],
    });
  });

  it('finds no difference between a version and itself', async () => {
    const { tenant, model, version } = await ready();

    expect(await tenant.reader.compareSchemas({ model, version, to: version })).toEqual({
      model,
      version,
      to: version,
      backward: true,
      forward: true,
      full: true,
      differences: [],
    });
  });

  it('is 404 where either version has no schema, and says which', async () => {
    const { tenant, model, version } = await ready();
    const bare = await aVersionOf(tenant, model);
    const detail = `${model} version ${bare} was registered without a schema.`;

    for (const input of [
      { version, to: bare },
      { version: bare, to: version },
      { version: bare, schema: former },
    ]) {
      expect(await compare(tenant, { model, ...input })).toMatchObject({
        status: 404,
        body: { code: 'schema.not_found', detail },
      });
    }
  });

  it('is 404 where the model or either version is not there', async () => {
    const { tenant, model, version } = await ready();
    const code = async (input: object) => (await compare(tenant, { model, version, ...input })).body.code;

    expect(await code({ model: 'nowhere', to: 2 })).toBe('model.not_found');
    expect(await code({ to: 99 })).toBe('version.not_found');
    expect(await code({ version: 99, to: 1 })).toBe('version.not_found');
  });

  const EITHER = 'expected either to or schema';
  it.each<[string, object, string, unknown]>([
    ['nothing to compare with', {}, 'to', EITHER],
    ['a version and a schema', { to: 1, schema: former }, 'to', EITHER],
    ['a version 0', { to: 0 }, 'to', 'expected 1 or more'],
    [
      'a type of nobody',
      { schema: { inputs: [{ name: 'a', type: 'number' }] } },
      'schema.inputs[0].type',
      expect.any(String),
    ],
    ['a schema without inputs', { schema: { outputs: [] } }, 'schema.inputs', 'expected a list, got nothing'],
  ])('is 400 for %s, and names the field', async (_, input, field, message) => {
    const tenant = await aTenant(registry);
    const answer = await compare(tenant, { model: 'any', version: 1, ...input });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(answer.body.issues).toEqual([{ field, message }]);
  });
});
