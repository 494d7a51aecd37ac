import { expect, it } from 'vitest';
import { everyItem } from '../../cli/paging.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

describeOperation('listChecks', (registry) => {
  it('lists the checks of this version and no other, by name', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const [version, other] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    for (const check of ['unit', 'bias'])
      await tenant.reviewer.recordCheck({ model, version, check, outcome: 'success' });
    await tenant.reviewer.recordCheck({ model, version: other, check: 'other', outcome: 'failure' });

    const { items } = await tenant.reader.listChecks({ model, version });
    expect(items.map(({ check, outcome }) => [check, outcome])).toEqual([
      ['bias', 'success'],
      ['unit', 'success'],
    ]);
  });

  it('pages through all of them, however much they tell', { timeout: 60_000 }, async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const names = Array.from({ length: 50 }, (_, n) => `check-${String(n).padStart(2, '0')}`);
    const metrics = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${n}-${'m'.repeat(240)}`, n]));
    for (const check of names)
      await tenant.reviewer.recordCheck({ model, version, check, outcome: 'success', metrics });

    for (const limit of [100, 7]) {
      const items = await everyItem((from) => tenant.reader.listChecks({ model, version, limit, ...from }));
      expect(items.map(({ check }) => check)).toEqual(names);
    }
  });

  it('is 404 for a model or a version that is not there', async () => {
    const { keys, ...tenant } = await aTenant(registry);
    const model = await aModelOf({ keys, ...tenant });
    const list = (input: object) => call(registry, 'listChecks', input, { as: keys.reader });

    expect(await list({ model: 'none', version: 1 })).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
    expect(await list({ model, version: 1 })).toMatchObject({ status: 404, body: { code: 'version.not_found' } });
  });

  it('refuses a cursor of another version', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const [version, other] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    for (const check of ['unit', 'bias'])
      await tenant.reviewer.recordCheck({ model, version, check, outcome: 'success' });
    const { cursor } = await tenant.reader.listChecks({ model, version, limit: 1 });

    expect(
      await call(registry, 'listChecks', { model, version: other, limit: 1, cursor }, { as: tenant.keys.reader }),
    ).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });
});
