import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';

describeOperation('whoAmI', (registry) => {
  it('shows a member its tenant and roles', async () => {
    const { admin, id: tenant } = await aTenant(registry);
    const key = registry.stranger();
    const roles = [
      { role: 'publisher' as const, models: 'fraud-*' },
      { role: 'reader' as const, models: '*' },
    ];
    await admin.putMember({ principal: key.arn, roles });

    expect(await registry.client(key).whoAmI({})).toEqual({
      principal: principalFrom(key.arn),
      deploymentAdmin: false,
      tenants: [{ tenant, roles }],
    });
  });

  it('shows who is in no tenant as what the invitation has to name', async () => {
    const key = registry.stranger();

    expect(await registry.client(key).whoAmI({})).toEqual({
      principal: principalFrom(key.arn),
      deploymentAdmin: false,
      tenants: [],
    });
  });

  it('shows all tenants of the caller, whichever one it chooses', async () => {
    const tenants = [await aTenant(registry), await aTenant(registry)];
    const key = registry.stranger();
    for (const { admin } of tenants) await admin.putMember({ principal: key.arn, roles: [{ role: 'reader' }] });
    const expected = tenants.map(({ id }) => ({ tenant: id, roles: [{ role: 'reader', models: '*' }] }));

    for (const chosen of [undefined, tenants[0]?.id, aName('absent')]) {
      const answer = await registry.client(key, chosen).whoAmI({});
      expect(answer.tenants).toHaveLength(2);
      expect(answer.tenants).toEqual(expect.arrayContaining(expected));
    }
  });

  it('tells who looks after the deployment', async () => {
    expect(await registry.client(registry.deploymentAdmin).whoAmI({})).toMatchObject({ deploymentAdmin: true });
  });

  itEmbedded.each([
    ['a user', 'arn:aws:iam::111122223333:user/team/Ann', { principal: 'aws:111122223333:user/Ann' }],
    [
      'a role in a session',
      'arn:aws:sts::111122223333:assumed-role/Trainer/build-118',
      { principal: 'aws:111122223333:role/Trainer', session: 'build-118' },
    ],
    [
      'a person of Identity Center',
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0011223344556677/Ann@Example.com',
      { principal: 'aws:111122223333:sso/ann@example.com', session: 'Ann@Example.com' },
    ],
    ['the account itself', 'arn:aws:iam::111122223333:root', { principal: 'aws:111122223333:root' }],
  ])('shows %s as one principal, and its session', async (_, arn, expected) => {
    const key = registry.admit({ ...registry.stranger(), arn });

    expect(await registry.client(key).whoAmI({})).toEqual({ ...expected, deploymentAdmin: false, tenants: [] });
  });

  itEmbedded('is 401 for an identity that is no principal', async () => {
    const arn = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0011223344556677';
    const as = registry.admit({ ...registry.stranger(), arn });

    expect(await call(registry, 'whoAmI', {}, { as })).toMatchObject({ status: 401, body: { code: 'caller.unknown' } });
  });

  it('shows what became of the caller since it last asked', async () => {
    const { admin, id: tenant } = await aTenant(registry);
    const key = registry.stranger();
    const caller = registry.client(key);
    await caller.whoAmI({});
    await admin.putMember({ principal: key.arn, roles: [{ role: 'reader' }] });
    expect(await caller.whoAmI({})).toMatchObject({ tenants: [{ tenant }] });

    await admin.removeMember({ principal: key.arn });
    expect(await caller.whoAmI({})).toMatchObject({ tenants: [] });
  });
});
