import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

describeOperation('listEvaluations', (registry) => {
  const evaluate = ({ reviewer }: TestTenant, one: { model: string; version: number }, name: string, auc: number) =>
    reviewer.recordEvaluation({ ...one, dataset: { name }, metrics: { auc } });

  it('lists those of this version and no other, the latest first, on one data set or on all', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const one = { model, version: await aVersionOf(tenant, model) };
    await evaluate(tenant, { model, version: await aVersionOf(tenant, model) }, 'holdout', 0.5);
    for (const [name, auc] of [
      ['holdout', 0.9],
      ['recent', 0.8],
      ['holdout', 0.7],
    ] as const)
      await evaluate(tenant, one, name, auc);

    const aucs = async (input: object) =>
      (await tenant.reader.listEvaluations({ ...one, ...input })).items.map(({ metrics }) => metrics['auc']);
    expect(await aucs({})).toEqual([0.7, 0.8, 0.9]);
    expect(await aucs({ dataset: 'holdout' })).toEqual([0.7, 0.9]);
    expect(await aucs({ dataset: 'hold' })).toEqual([]);
  });

  it('goes on from page to page, each evaluation once', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const one = { model, version: await aVersionOf(tenant, model) };
    for (let n = 1; n <= 7; n += 1) await evaluate(tenant, one, n % 2 ? 'odd' : 'even', n);

    for (const [input, all] of [
      [{}, [7, 6, 5, 4, 3, 2, 1]],
      [{ dataset: 'odd' }, [7, 5, 3, 1]],
    ] as const) {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await tenant.reader.listEvaluations({ ...one, ...input, limit: 2, ...(cursor && { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map(({ evaluation }) => evaluation));
        cursor = page.cursor;
      } while (cursor);
      expect(seen).toEqual(all);
    }
  });

  it('is 400 for a cursor of another data set and for a page of none', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const one = { model, version: await aVersionOf(tenant, model) };
    for (const auc of [1, 2]) await evaluate(tenant, one, 'holdout', auc);
    const { cursor } = await tenant.reader.listEvaluations({ ...one, dataset: 'holdout', limit: 1 });
    const list = (input: object) => call(registry, 'listEvaluations', { ...one, ...input }, { as: tenant.keys.reader });

    expect(await list({ cursor, dataset: 'recent' })).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
    expect(await list({ limit: 0 })).toMatchObject({ status: 400, body: { issues: [{ field: 'limit' }] } });
    expect(await list({ dataset: '' })).toMatchObject({ status: 400, body: { issues: [{ field: 'dataset' }] } });
  });

  it('is 404 for a model or a version that is not there', async () => {
    const { keys, ...tenant } = await aTenant(registry);
    const model = await aModelOf({ keys, ...tenant });
    const list = (input: object) => call(registry, 'listEvaluations', input, { as: keys.reader });

    expect(await list({ model: 'none', version: 1 })).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
    expect(await list({ model, version: 1 })).toMatchObject({ status: 404, body: { code: 'version.not_found' } });
  });
});
