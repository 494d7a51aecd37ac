import { expect, it } from 'vitest';
import { verifyRecord } from '../../shared/domain/audit-record.ts';
import { keysFrom } from '../../shared/domain/note.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionIn } from '../support/setting-up.ts';

describeOperation('exportCheckpoints', (registry) => {
  const linesOf = async ({ keys }: TestTenant, name: 'exportCheckpoints' | 'exportEvents'): Promise<string[]> => {
    const { status, text } = await call(registry, name, {}, { as: keys.reader });
    expect(status).toBe(200);
    return text.trimEnd().split('\n');
  };

  async function verified(tenant: TestTenant) {
    const checkpoints = await linesOf(tenant, 'exportCheckpoints');
    const events = await linesOf(tenant, 'exportEvents');
    const { items } = await tenant.reader.listCheckpoints({ limit: 1 });
    return verifyRecord({ events, checkpoints, keys: keysFrom(items[0]?.key ?? ''), kept: items[0]?.note });
  }

  // On a stack the schedule makes checkpoints of all tenants, whoever calls it.
  itEmbedded('has what proves the whole record offline, together with the events', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.seal();
    await aVersionIn(tenant, model, 'staging');
    const { id } = await tenant.reader.getModel({ model });
    await tenant.seal();
    await aModelOf(tenant);

    const verdict = await verified(tenant);
    expect(verdict).toMatchObject({ checkpoints: 2, events: 10, sealed: 9 });
    expect(verdict).not.toHaveProperty('fault');
    expect(verdict.chains).toContainEqual(expect.objectContaining({ chain: `${tenant.id}/${id}`, last: 3, sealed: 3 }));
  });

  itEmbedded('streams a thousand entries and more', async () => {
    const tenant = await aTenant(registry);
    for (let round = 0; round < 40; round += 1) {
      await Promise.all(Array.from({ length: 30 }, () => aModelOf(tenant)));
      if (round % 10 === 0) await tenant.seal();
    }
    await tenant.seal();

    const verdict = await verified(tenant);
    expect(verdict).not.toHaveProperty('fault');
    expect(verdict).toMatchObject({ checkpoints: 5, events: 1_206, sealed: 1_206 });
  });

  it('says of nothing that it is nothing', async () => {
    const tenant = await aTenant(registry);
    expect(await linesOf(tenant, 'exportCheckpoints')).toEqual(['{"type":"export.completed","checkpoints":0}']);
  });

  it('is for whoever may read everything', async () => {
    const tenant = await aTenant(registry);
    const as = registry.stranger();
    await tenant.admin.putMember({ principal: as.arn, roles: [{ role: 'reader', models: aName('mine') }] });
    expect(await call(registry, 'exportCheckpoints', {}, { as })).toMatchObject({ status: 403 });
  });
});
