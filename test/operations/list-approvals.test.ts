import { expect, it } from 'vitest';
import { itemByItem } from '../../cli/paging.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anApprovalOf, aStaged, type One, votes } from '../support/governed.ts';
import { lastEventOf } from '../support/looking.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const one = ({ model, version }: One): One => ({ model, version });

/** A version that is in no stage yet, of a model that demands a vote. */
async function aNewOne(tenant: TestTenant): Promise<One> {
  const model = await aModelOf(tenant);
  await tenant.admin.putPolicy({ model, policy: votes() });
  return { model, version: await aVersionOf(tenant, model) };
}

describeOperation('listApprovals', (registry) => {
  it('lists what waits for votes on all models, oldest first, page by page, under their present names', async () => {
    const tenant = await aTenant(registry);
    const asked = [];
    for (let count = 0; count < 5; count += 1) asked.push(await anApprovalOf(tenant, await aStaged(tenant)));
    const [first] = asked;
    const to = `${first?.model}-renamed`;
    await tenant.admin.renameModel({ model: first?.model ?? '', to });
    const found = [];
    for await (const one of itemByItem((from) => tenant.reader.listApprovals({ limit: 2, ...from }))) found.push(one);

    expect(found.map(({ id }) => id)).toEqual(asked.map(({ approval }) => approval));
    expect(found.map(({ model }) => model)).toEqual([to, ...asked.slice(1).map(({ model }) => model)]);
    expect(found[0]).toEqual(await tenant.reader.getApproval({ ...asked[0], model: to } as never));
  });

  it('lists nothing that has its votes, was rejected or withdrawn, or is of a deleted model', async () => {
    const tenant = await aTenant(registry);
    const [one, two, three, four] = [
      await anApprovalOf(tenant, await aStaged(tenant)),
      await anApprovalOf(tenant, await aStaged(tenant)),
      await anApprovalOf(tenant, await aStaged(tenant)),
      await anApprovalOf(tenant, await aStaged(tenant)),
    ];
    await tenant.reviewer.voteOnApproval({ ...one, decision: 'approve' });
    await tenant.reviewer.voteOnApproval({ ...two, decision: 'reject', reason: 'No.' });
    await tenant.publisher.withdrawApproval(three);
    await tenant.admin.deleteModel({ model: four.model, force: true, reason: 'Gone.' });

    expect((await tenant.reader.listApprovals({})).items).toEqual([]);
  });

  it('lists nothing that a change has made void, or that is of a version which is archived or deleted', async () => {
    const tenant = await aTenant(registry);
    const [changed, archived, deleted] = [
      await anApprovalOf(tenant, await aStaged(tenant)),
      await anApprovalOf(tenant, await aStaged(tenant)),
      await anApprovalOf(tenant, await aNewOne(tenant)),
    ];
    await tenant.reviewer.recordCheck({ model: changed.model, version: 1, check: 'ci', outcome: 'success' });
    await tenant.releaser.archiveVersion(one(archived));
    await tenant.publisher.deleteVersion(one(deleted));

    expect((await tenant.reader.listApprovals({})).items).toEqual([]);
    for (const [{ model, approval }, type] of [
      [archived, 'version.archived'],
      [deleted, 'version.deleted'],
    ] as const) {
      expect(await lastEventOf(tenant, model)).toMatchObject({ type, data: { approvals: [approval] } });
    }
    expect(await tenant.reader.getApproval(archived)).toMatchObject({ state: 'void', closedAt: expect.any(String) });
  });

  itEmbedded('lists nothing whose time is over', async () => {
    const tenant = await aTenant(registry);
    await anApprovalOf(tenant, await aStaged(tenant, votes(1, { expiresAfterDays: 1 })));
    registry.clock.advance(86_400_000);

    expect((await tenant.reader.listApprovals({})).items).toEqual([]);
  });

  it('shows a member only the models that they may see', async () => {
    const tenant = await aTenant(registry);
    const mine = await anApprovalOf(tenant, await aStaged(tenant));
    await anApprovalOf(tenant, await aStaged(tenant));
    const guest = registry.stranger();
    await tenant.admin.putMember({ principal: guest.arn, roles: [{ role: 'reviewer', models: mine.model }] });

    const { items } = await registry.client(guest).listApprovals({});
    expect(items.map(({ id }) => id)).toEqual([mine.approval]);
  });

  it('shows nothing of another tenant', async () => {
    const [tenant, other] = [await aTenant(registry), await aTenant(registry)];
    await anApprovalOf(other, await aStaged(other));

    expect(await tenant.reader.listApprovals({})).toEqual({ items: [] });
  });

  it('refuses a cursor that is none', async () => {
    const { keys } = await aTenant(registry);

    expect(await call(registry, 'listApprovals', { cursor: 'made-up' }, { as: keys.reader })).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid' },
    });
  });
});
