import { expect, it } from 'vitest';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant } from '../support/registry.ts';

describeOperation('getTenant', (registry) => {
  it('shows the tenant that the caller belongs to, and nothing of what it keeps for itself', async () => {
    const [tenant, key] = [aName('tenant'), registry.stranger()];
    const deployment = registry.client(registry.deploymentAdmin);
    const created = await deployment.createTenant({ tenant, name: 'Acme Bank', admin: key.arn });

    expect(await registry.client(key).getTenant({})).toEqual({
      id: tenant,
      name: 'Acme Bank',
      createdAt: created.createdAt,
      revision: 1,
    });
  });

  it('has another revision after each change of the tenant itself, and the same after one of a model', async () => {
    const { admin, publisher, reader } = await aTenant(registry);
    const { revision } = await reader.getTenant({});
    await publisher.createModel({ model: 'fraud' });
    expect(await reader.getTenant({})).toMatchObject({ revision });

    const { principal } = await admin.putMember({ principal: registry.stranger().arn, roles: [{ role: 'reader' }] });
    await admin.putPolicy({ policy: { lifecycle: 'open' } });
    await admin.removeMember({ principal });
    expect(await reader.getTenant({})).toMatchObject({ revision: revision + 3 });
  });

  it('is open to whoever has a role on a single model', async () => {
    const { id, admin } = await aTenant(registry);
    const key = registry.stranger();
    await admin.putMember({ principal: key.arn, roles: [{ role: 'reviewer', models: 'fraud' }] });

    expect(await registry.client(key).getTenant({})).toMatchObject({ id });
  });

  it('shows a member of several tenants the one that it chooses', async () => {
    const tenants = [await aTenant(registry), await aTenant(registry)];
    const key = registry.stranger();
    for (const { admin } of tenants) await admin.putMember({ principal: key.arn, roles: [{ role: 'reader' }] });

    for (const { id } of tenants) expect(await registry.client(key, id).getTenant({})).toMatchObject({ id });
  });
});
