import { expect, it } from 'vitest';
import { everyItem } from '../../cli/paging.ts';
import { call } from '../support/call.ts';
import { anActiveOn, aVersionOn, nameOf } from '../support/dependent.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant } from '../support/registry.ts';

describeOperation('getDependencies', (registry) => {
  it('shows what a version needs, directly and through others: how far away, through which, and where that is', async () => {
    const tenant = await aTenant(registry);
    const base = await anActiveOn(tenant, 'production');
    const [first, second] = [await anActiveOn(tenant, 'staging', [base]), await aVersionOn(tenant)];
    const root = await aVersionOn(tenant, [second, first]);

    expect(await tenant.reader.getDependencies(root)).toEqual({
      items: [
        { ...second, state: 'complete', stage: 'none', depth: 1, via: root },
        { ...first, state: 'complete', stage: 'staging', depth: 1, via: root },
        { ...base, state: 'complete', stage: 'production', depth: 2, via: first },
      ],
    });
    expect((await tenant.reader.getDependencies({ ...root, depth: 1 })).items.map(nameOf)).toEqual(
      [second, first].map(nameOf),
    );
    expect(await tenant.reader.getDependencies(base)).toEqual({ items: [] });
  });

  it('shows what is needed in several ways once, whatever the size of a page', async () => {
    const tenant = await aTenant(registry);
    const base = await aVersionOn(tenant);
    let layer = [await aVersionOn(tenant, [base]), await aVersionOn(tenant, [base])];
    const all = [base, ...layer];
    for (const _ of [1, 2, 3, 4, 5, 6]) {
      layer = [await aVersionOn(tenant, layer), await aVersionOn(tenant, [...layer, base])];
      all.push(...layer);
    }
    const root = await aVersionOn(tenant, layer);
    const whole = await tenant.reader.getDependencies({ ...root, limit: 100 });

    expect(whole.items.map(nameOf).toSorted()).toEqual(all.map(nameOf).toSorted());
    for (const limit of [1, 2, 5]) {
      expect(await everyItem((from) => tenant.reader.getDependencies({ ...root, limit, ...from }))).toEqual(
        whole.items,
      );
    }
  });

  it('shows a dependency that was deleted since as deleted', async () => {
    const tenant = await aTenant(registry);
    const needed = await aVersionOn(tenant);
    const root = await aVersionOn(tenant, [needed]);
    await tenant.publisher.deleteVersion(needed);

    expect((await tenant.reader.getDependencies(root)).items).toMatchObject([{ ...needed, state: 'deleted' }]);
  });

  it('is 404 for a model or version that is not there, and 400 for a cursor that is none', async () => {
    const tenant = await aTenant(registry);
    const root = await aVersionOn(tenant);
    const ask = (input: object) => call(registry, 'getDependencies', { ...root, ...input }, { as: tenant.keys.reader });

    expect(await ask({ model: 'none' })).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
    expect(await ask({ version: 9 })).toMatchObject({ status: 404, body: { code: 'version.not_found' } });
    expect(await ask({ cursor: 'made-up' })).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
    expect(await ask({ depth: 21 })).toMatchObject({ status: 400, body: { issues: [{ field: 'depth' }] } });
  });
});
