import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { anOutsider, aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';

/** What nobody may have touched when a removal was refused. */
const stateOf = async ({ reader }: Pick<TestTenant, 'reader'>) => [
  await reader.getTenant({}),
  await reader.listMembers({}),
  await reader.listEvents({}),
];

const refusalsIn = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));

const adminsOf = async ({ reader }: TestTenant) =>
  (await reader.listMembers({})).items.filter(({ roles }) => roles.some(({ role }) => role === 'admin'));

describeOperation('removeMember', (registry) => {
  const severalAdmins = async () => {
    const tenant = await aTenant(registry);
    const others = [registry.stranger(), registry.stranger()];
    for (const { arn } of others) await tenant.admin.putMember({ principal: arn, roles: [{ role: 'admin' }] });
    return { tenant, admins: [tenant.keys.admin, ...others] };
  };

  it('answers the member as it was, and listMembers shows it no more', async () => {
    const { admin, keys, reader } = await aTenant(registry);
    const { items: before } = await reader.listMembers({});
    const removed = await admin.removeMember({ principal: keys.publisher.arn });

    expect(removed).toMatchObject({
      principal: principalFrom(keys.publisher.arn),
      roles: [{ role: 'publisher', models: '*' }],
    });
    expect(before).toContainEqual(removed);
    expect((await reader.listMembers({})).items).toEqual(
      before.filter(({ principal }) => principal !== removed.principal),
    );
  });

  it('leaves an event of the tenant that says who removed whom', async () => {
    const { admin, keys } = await aTenant(registry);
    await admin.removeMember({ principal: keys.publisher.arn });

    expect((await admin.listEvents({ limit: 1 })).items).toMatchObject([
      {
        type: 'member.removed',
        actor: { principal: principalFrom(keys.admin.arn) },
        data: { principal: principalFrom(keys.publisher.arn) },
      },
    ]);
  });

  it('keeps the principal out from then on, and its work in', async () => {
    const { admin, keys, publisher, reader } = await aTenant(registry);
    const model = await publisher.createModel({ model: 'fraud' });
    await admin.removeMember({ principal: keys.publisher.arn });

    await expect(publisher.getModel({ model: 'fraud' })).rejects.toMatchObject({
      status: 403,
      code: 'caller.forbidden',
      message: 'You are not a member of any tenant.',
    });
    expect(await reader.getModel({ model: 'fraud' })).toEqual(model);
  });

  it('leaves the principal its places in other tenants', async () => {
    const [one, other] = [await aTenant(registry), await aTenant(registry)];
    const key = registry.stranger();
    for (const { admin } of [one, other]) await admin.putMember({ principal: key.arn, roles: [{ role: 'reader' }] });
    await one.admin.removeMember({ principal: key.arn });

    expect((await registry.client(key).whoAmI({})).tenants).toMatchObject([{ tenant: other.id }]);
    expect(await registry.client(key).getTenant({})).toMatchObject({ id: other.id });
  });

  it.each([
    [
      'a role by one of its sessions',
      'aws:111122223333:role/NAME',
      'arn:aws:sts::111122223333:assumed-role/NAME/run-7',
    ],
    ['a role by its path', 'aws:111122223333:role/NAME', 'arn:aws:iam::111122223333:role/ci/NAME'],
    ['a user by its path', 'aws:111122223333:user/NAME', 'arn:aws:iam::111122223333:user/team/NAME'],
    [
      'a person of Identity Center by a session',
      'aws:111122223333:sso/NAME',
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0011223344556677/NAME',
    ],
  ])('removes %s', async (_, put, removed) => {
    const { admin } = await aTenant(registry);
    const named = (text: string) => text.replace('NAME', name);
    const name = aName('ann');
    await admin.putMember({ principal: named(put), roles: [{ role: 'reader' }] });

    expect(await admin.removeMember({ principal: named(removed) })).toMatchObject({ principal: named(put) });
  });

  itEmbedded('takes back a principal that was removed as somebody new', async () => {
    const { admin, reader } = await aTenant(registry);
    const { arn } = registry.stranger();
    await admin.putMember({ principal: arn, roles: [{ role: 'publisher' }, { role: 'releaser' }] });
    await admin.putMember({ principal: arn, roles: [{ role: 'publisher' }] });
    const removed = await admin.removeMember({ principal: arn });
    registry.clock.advance(1_000);
    const again = await admin.putMember({ principal: arn, roles: [{ role: 'reader' }] });

    expect(again).toMatchObject({ roles: [{ role: 'reader', models: '*' }], revision: 1 });
    expect(again.addedAt > removed.addedAt).toBe(true);
    expect((await reader.listMembers({})).items).toContainEqual(again);
  });

  it('knows no member that is not there, be it one of another tenant', async () => {
    const tenant = await aTenant(registry);
    const outsider = await anOutsider(registry);
    const before = await stateOf(tenant);

    for (const { arn } of [registry.stranger(), outsider]) {
      await expect(tenant.admin.removeMember({ principal: arn })).rejects.toMatchObject({
        status: 404,
        code: 'member.not_found',
        message: `${principalFrom(arn)} is not a member.`,
      });
    }
    expect(await stateOf(tenant)).toEqual(before);
    expect(await registry.client(outsider).whoAmI({})).toMatchObject({ tenants: { length: 1 } });
  });

  it('refuses what is no principal', async () => {
    const { admin } = await aTenant(registry);

    await expect(admin.removeMember({ principal: 'Ann' })).rejects.toMatchObject({
      status: 400,
      code: 'request.invalid',
      issues: [{ field: 'principal', message: expect.stringContaining('or an IAM ARN') }],
    });
  });

  it('never removes the last admin, though there are admins of some names', async () => {
    const tenant = await aTenant(registry);
    const { admin, keys } = tenant;
    const roles = [{ role: 'admin' as const, models: 'fraud-*' }];
    await admin.putMember({ principal: registry.stranger().arn, roles });
    const before = await stateOf(tenant);

    await expect(admin.removeMember({ principal: keys.admin.arn })).rejects.toMatchObject({
      status: 409,
      code: 'member.last_admin',
      message: `${principalFrom(keys.admin.arn)} is the last admin of the whole tenant.`,
    });
    expect(await stateOf(tenant)).toEqual(before);
  });

  it('lets an admin leave as long as there is another', async () => {
    const { admin, keys } = await aTenant(registry);
    const another = registry.stranger();
    await admin.putMember({ principal: another.arn, roles: [{ role: 'admin' }] });
    await admin.removeMember({ principal: keys.admin.arn });

    await expect(registry.client(another).removeMember({ principal: another.arn })).rejects.toMatchObject({
      code: 'member.last_admin',
    });
  });

  it('keeps one admin when all of them leave at the same time', async () => {
    const { tenant, admins } = await severalAdmins();
    const outcomes = await Promise.allSettled(
      admins.map((key) => registry.client(key).removeMember({ principal: key.arn })),
    );

    expect(refusalsIn(outcomes)).toMatchObject([{ status: 409, code: 'member.last_admin' }]);
    expect(await adminsOf(tenant)).toHaveLength(1);
  });

  it('keeps one admin when all of them remove one another at the same time', async () => {
    const { tenant, admins } = await severalAdmins();
    const outcomes = await Promise.allSettled(
      admins.map((key, index) =>
        registry.client(key).removeMember({ principal: admins[(index + 1) % admins.length]?.arn ?? '' }),
      ),
    );
    const [refusal, ...others] = refusalsIn(outcomes);

    // Who was removed before it called is no admin any more.
    expect(['member.last_admin', 'caller.forbidden']).toContain(refusal.code);
    expect(others).toEqual([]);
    expect(await adminsOf(tenant)).toHaveLength(1);
  });

  it('happens once when two remove the same member at the same time', async () => {
    const { admin, keys, reader } = await aTenant(registry);
    const outcomes = await Promise.allSettled([1, 2].map(() => admin.removeMember({ principal: keys.publisher.arn })));
    const { items } = await reader.listEvents({});

    expect(refusalsIn(outcomes)).toMatchObject([{ status: 404, code: 'member.not_found' }]);
    expect(items.filter(({ type }) => type === 'member.removed')).toHaveLength(1);
  });
});
