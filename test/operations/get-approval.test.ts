import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anApprovalOf, aStaged, type One } from '../support/governed.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';

/** Each changes something that votes are about. */
const CHANGES: Readonly<Record<string, (tenant: TestTenant, one: One) => Promise<unknown>>> = {
  'the model card': ({ publisher }, one) => publisher.putCard({ ...one, card: { owner: 'Ann' } }),
  'a check': ({ reviewer }, one) => reviewer.recordCheck({ ...one, check: 'ci/bias', outcome: 'success' }),
  'the policy of the model': ({ admin }, { model }) =>
    admin.putPolicy({ model, policy: { approvals: { production: { required: 1 } }, gates: { production: [] } } }),
  'the policy of the tenant': ({ admin }) => admin.putPolicy({ policy: { retention: { stagingDays: 3 } } }),
};

describeOperation('getApproval', (registry) => {
  it('shows an approval under the present name of its model', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    const to = `${asked.model}-renamed`;
    // It has a policy of its own.
    await tenant.admin.renameModel({ model: asked.model, to });

    expect(await tenant.reader.getApproval({ ...asked, model: to })).toMatchObject({
      model: to,
      version: asked.version,
      id: asked.approval,
      state: 'pending',
    });
  });

  it.each(Object.entries(CHANGES))(
    'rule 6: shows it as void once %s has changed, and no promotion uses it',
    async (_, change) => {
      const tenant = await aTenant(registry);
      const asked = await anApprovalOf(tenant, await aStaged(tenant));
      await tenant.reviewer.voteOnApproval({ ...asked, decision: 'approve' });
      expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'approved' });
      await change(tenant, { model: asked.model, version: asked.version });

      expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'void' });
      const { model, version } = asked;
      const promotion = { model, version, stage: 'production' };
      const refusal = await call(registry, 'promoteVersion', promotion, { as: tenant.keys.releaser });
      expect(refusal).toMatchObject({ status: 409, body: { code: 'transition.refused' } });
    },
  );

  it('stays as it is when the version is only described anew', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    const { model, version } = asked;
    await tenant.publisher.updateVersion({ model, version, description: 'Anew.', tags: { a: 'b' } });

    expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'pending' });
  });

  it('is 404 for a model, a version or an approval that is not there', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    const get = (input: object) => call(registry, 'getApproval', { ...asked, ...input }, { as: tenant.keys.reader });

    expect(await get({ model: 'none' })).toMatchObject({ body: { code: 'model.not_found' } });
    expect(await get({ version: 99 })).toMatchObject({ body: { code: 'version.not_found' } });
    expect(await get({ approval: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2' })).toMatchObject({
      body: { code: 'approval.not_found' },
    });
  });
});
