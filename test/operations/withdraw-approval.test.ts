import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anApprovalOf, aStaged } from '../support/governed.ts';
import { lastEventOf } from '../support/looking.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';

describeOperation('withdrawApproval', (registry) => {
  const withdraw = (as: TestTenant['keys']['admin'], input: object) =>
    call(registry, 'withdrawApproval', input, { as });

  it.each(['publisher', 'admin'] as const)('lets the %s take it back: who asked, or an admin', async (role) => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    const answer = await withdraw(tenant.keys[role], { ...asked, reason: 'Too early.' });

    expect(answer).toMatchObject({ status: 200, body: { state: 'withdrawn', closedAt: expect.any(String) } });
    expect(await tenant.reader.getApproval(asked)).toEqual(answer.body);
    expect((await tenant.reader.listApprovals({})).items).toEqual([]);
    expect(await lastEventOf(tenant, asked.model)).toMatchObject({
      type: 'approval.withdrawn',
      data: { approval: asked.approval, stage: 'production', reason: 'Too early.' },
    });
  });

  it('lets no votes that are there already do anything any more', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    await tenant.reviewer.voteOnApproval({ ...asked, decision: 'approve' });
    await withdraw(tenant.keys.publisher, asked);

    const { model, version } = asked;
    const promotion = { model, version, stage: 'production' };
    expect(await call(registry, 'promoteVersion', promotion, { as: tenant.keys.releaser })).toMatchObject({
      status: 409,
      body: { code: 'transition.refused' },
    });
  });

  it('takes back also what a change has made void', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    const { model, version } = asked;
    await tenant.reviewer.recordCheck({ model, version, check: 'ci', outcome: 'success' });

    expect(await withdraw(tenant.keys.publisher, asked)).toMatchObject({ status: 200, body: { state: 'withdrawn' } });
  });

  it('takes nothing back that a promotion has used', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    const { model, version } = asked;
    await tenant.reviewer.voteOnApproval({ ...asked, decision: 'approve' });
    await tenant.releaser.promoteVersion({ model, version, stage: 'production' });

    expect(await withdraw(tenant.keys.publisher, asked)).toMatchObject({
      status: 409,
      body: { code: 'approval.closed', detail: expect.stringContaining('was used by a promotion') },
    });
  });

  it('is refused to others, and when it is over', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));

    expect(await withdraw(tenant.keys.releaser, asked)).toMatchObject({
      status: 403,
      body: { code: 'approval.not_yours' },
    });
    await withdraw(tenant.keys.publisher, asked);
    expect(await withdraw(tenant.keys.publisher, asked)).toMatchObject({
      status: 409,
      body: { code: 'approval.closed' },
    });
  });

  it('is 404 for a model, a version or an approval that is not there', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    const as = tenant.keys.publisher;

    expect(await withdraw(as, { ...asked, model: 'none' })).toMatchObject({ body: { code: 'model.not_found' } });
    expect(await withdraw(as, { ...asked, version: 99 })).toMatchObject({ body: { code: 'version.not_found' } });
    expect(await withdraw(as, { ...asked, approval: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2' })).toMatchObject({
      body: { code: 'approval.not_found' },
    });
  });
});
