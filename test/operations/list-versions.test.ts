import { expect, it } from 'vitest';
import { pageByPage } from '../../cli/paging.ts';
import type { Sent } from '../../shared/contract/operations.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, anUploadOf, aVersionIn, aVersionOf } from '../support/setting-up.ts';

type Filter = Omit<Sent<'listVersions'>, 'cursor'>;

/** The numbers of each page until there is no more. */
async function pagesOf({ reader }: TestTenant, filter: Filter): Promise<number[][]> {
  const pages: number[][] = [];
  for await (const { items } of pageByPage((from) => reader.listVersions({ ...filter, ...from }))) {
    pages.push(items.map(({ version }) => version));
  }
  return pages;
}

describeOperation('listVersions', (registry) => {
  /** A model with as many versions as are asked for, all of them in no stage. */
  async function aModelWith(tenant: TestTenant, versions: number): Promise<string> {
    const model = await aModelOf(tenant);
    for (let n = 0; n < versions; n += 1) await aVersionOf(tenant, model);
    return model;
  }

  it('lists the newest first, or the oldest first, each as getVersion shows it', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionIn(tenant, model, 'staging');
    await anUploadOf(tenant, model, { 'model.bin': 'bytes' });
    const [first, second] = [
      await tenant.reader.getVersion({ model, version: 1 }),
      await tenant.reader.getVersion({ model, version: 2 }),
    ];

    expect(await tenant.reader.listVersions({ model })).toEqual({ items: [second, first] });
    expect(await tenant.reader.listVersions({ model, order: 'descending' })).toEqual({ items: [second, first] });
    expect(await tenant.reader.listVersions({ model, order: 'ascending' })).toEqual({ items: [first, second] });
  });

  it('ends a page before it is too large for Lambda to answer with, and goes on from there', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const tags = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`note-${n}`, 'x'.repeat(5_000)]));
    for (let n = 0; n < 90; n += 1) await aVersionOf(tenant, model, { tags });

    const [first = [], second = [], ...others] = await pagesOf(tenant, { model, limit: 100 });

    expect(first.length * 60_000).toBeGreaterThan(3_900_000);
    expect(first.length * 61_000).toBeLessThan(4_500_000);
    expect(second.length).toBeGreaterThan(0);
    expect([...first, ...second]).toEqual(Array.from({ length: 90 }, (_, n) => 90 - n));
    expect(others).toEqual([]);
  });

  it('is empty for a model without versions', async () => {
    const tenant = await aTenant(registry);

    expect(await tenant.reader.listVersions({ model: await aModelOf(tenant) })).toEqual({ items: [] });
  });

  it('sorts by number, and not by digits', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelWith(tenant, 11);

    expect(await pagesOf(tenant, { model, limit: 3 })).toEqual([
      [11, 10, 9],
      [8, 7, 6],
      [5, 4, 3],
      [2, 1],
    ]);
  });

  it.each([
    ['ascending', [[1, 2], [3, 4], [5]]],
    ['descending', [[5, 4], [3, 2], [1]]],
  ] as const)('pages %s through each version exactly once', async (order, pages) => {
    const tenant = await aTenant(registry);
    const model = await aModelWith(tenant, 5);

    expect(await pagesOf(tenant, { model, order, limit: 2 })).toEqual(pages);
  });

  it('has no cursor where the last page is full', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelWith(tenant, 4);

    expect(await pagesOf(tenant, { model, limit: 2 })).toEqual([
      [4, 3],
      [2, 1],
    ]);
  });

  it('gives 20 to a page unless told', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelWith(tenant, 21);

    expect((await pagesOf(tenant, { model })).map(({ length }) => length)).toEqual([20, 1]);
  });

  it('neither repeats nor skips when versions come and go between two pages', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelWith(tenant, 5);
    const { items, cursor = '' } = await tenant.reader.listVersions({ model, limit: 2 });
    await aVersionOf(tenant, model);
    for (const version of [4, 3]) await tenant.publisher.deleteVersion({ model, version });
    const rest = await tenant.reader.listVersions({ model, limit: 2, cursor });

    expect(items.map(({ version }) => version)).toEqual([5, 4]);
    expect(rest.items.map(({ version }) => version)).toEqual([2, 1]);
  });

  it('leaves deleted versions out, and fills the page in their place', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelWith(tenant, 5);
    for (const version of [4, 3]) await tenant.publisher.deleteVersion({ model, version });

    expect(await pagesOf(tenant, { model, limit: 2 })).toEqual([[5, 2], [1]]);
  });

  it('lists the versions of one stage, as they are moved', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelWith(tenant, 1);
    for (const stage of ['archived', 'staging', 'production', 'staging'] as const)
      await aVersionIn(tenant, model, stage);
    const inStages = async () => ({
      none: await pagesOf(tenant, { model, stage: 'none' }),
      staging: await pagesOf(tenant, { model, stage: 'staging' }),
      production: await pagesOf(tenant, { model, stage: 'production' }),
      archived: await pagesOf(tenant, { model, stage: 'archived' }),
    });
    const before = await inStages();
    await tenant.releaser.promoteVersion({ model, version: 3, stage: 'production' });

    expect(before).toEqual({ none: [[1]], staging: [[5, 3]], production: [[4]], archived: [[2]] });
    expect(await inStages()).toEqual({ none: [[1]], staging: [[5]], production: [[3]], archived: [[4, 2]] });
  });

  it('pages through one stage, in both orders', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    for (const stage of ['staging', 'archived', 'staging', 'staging'] as const) await aVersionIn(tenant, model, stage);

    expect(await pagesOf(tenant, { model, stage: 'staging', limit: 1 })).toEqual([[4], [3], [1]]);
    expect(await pagesOf(tenant, { model, stage: 'staging', limit: 2, order: 'ascending' })).toEqual([[1, 3], [4]]);
  });

  it('does not list a deleted version in the stage that it was in', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, 'archived');
    await tenant.publisher.deleteVersion({ model, version });

    expect(await tenant.reader.listVersions({ model, stage: 'archived' })).toEqual({ items: [] });
  });

  it('shows nothing of another model of the same tenant', async () => {
    const tenant = await aTenant(registry);
    await aModelWith(tenant, 2);
    const model = await aModelWith(tenant, 1);

    expect(await pagesOf(tenant, { model })).toEqual([[1]]);
  });

  it.each([{ stage: 'none' }, { order: 'ascending' }])(
    'refuses a cursor with another filter than it was given for: %j',
    async (filter) => {
      const tenant = await aTenant(registry);
      const model = await aModelWith(tenant, 2);
      const { cursor } = await tenant.reader.listVersions({ model, limit: 1 });
      const answer = await call(registry, 'listVersions', { model, ...filter, cursor }, { as: tenant.keys.reader });

      expect(answer).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
    },
  );

  itEmbedded('refuses a cursor that is more than a day old', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelWith(tenant, 2);
    const { cursor } = await tenant.reader.listVersions({ model, limit: 1 });
    const ask = () => call(registry, 'listVersions', { model, limit: 1, cursor }, { as: tenant.keys.reader });
    registry.clock.advance(23 * 3_600_000);
    const inTime = await ask();
    registry.clock.advance(3_600_000);

    expect(inTime).toMatchObject({ status: 200, body: { items: [{ version: 1 }] } });
    expect(await ask()).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid', detail: 'The cursor is older than 24 hours.' },
    });
  });

  it.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', '1.5'],
    ['stage', 'Production'],
    ['order', 'newest'],
  ])('is 400 for %s=%s, and names it', async (field, value) => {
    const { keys } = await aTenant(registry);
    const answer = await call(registry, 'listVersions', { model: 'any', [field]: value }, { as: keys.reader });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field }] } });
  });

  it('is 404 for a model that is not there', async () => {
    const { keys } = await aTenant(registry);
    const answer = await call(registry, 'listVersions', { model: 'nowhere' }, { as: keys.reader });

    expect(answer).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
  });
});
