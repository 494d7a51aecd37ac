import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { Role } from '../../shared/domain/role.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';

/** Ways to write one principal: as it is put, as it calls, and what it is. NAME is another in each test. */
const SAME: readonly [what: string, put: string, calls: string, principal: string][] = [
  [
    'a user under a path',
    'arn:aws:iam::111122223333:user/team/NAME',
    'arn:aws:iam::111122223333:user/team/NAME',
    'aws:111122223333:user/NAME',
  ],
  [
    'a role, from a session',
    'arn:aws:iam::111122223333:role/NAME',
    'arn:aws:sts::111122223333:assumed-role/NAME/run-1',
    'aws:111122223333:role/NAME',
  ],
  [
    'a role under a path, from a session, which never has the path',
    'arn:aws:iam::111122223333:role/ci/prod/NAME',
    'arn:aws:sts::111122223333:assumed-role/NAME/run-1',
    'aws:111122223333:role/NAME',
  ],
  [
    'a session of a role, from another session',
    'arn:aws:sts::111122223333:assumed-role/NAME/run-1',
    'arn:aws:sts::111122223333:assumed-role/NAME/run-2',
    'aws:111122223333:role/NAME',
  ],
  [
    'a person of Identity Center, with another permission set and other capitals',
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Reviewer_b1405329054ac65e/NAME@Example.com',
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0011223344556677/NAME@example.COM',
    'aws:111122223333:sso/NAME@example.com',
  ],
  [
    'a person of Identity Center in the normal form',
    'aws:111122223333:sso/NAME@Example.com',
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0011223344556677/NAME@example.com',
    'aws:111122223333:sso/NAME@example.com',
  ],
  [
    'a role of another account',
    'arn:aws:iam::999988887777:role/NAME',
    'arn:aws:sts::999988887777:assumed-role/NAME/partner',
    'aws:999988887777:role/NAME',
  ],
  [
    'a federated user',
    'arn:aws:sts::111122223333:federated-user/NAME',
    'arn:aws:sts::111122223333:federated-user/NAME',
    'aws:111122223333:federated-user/NAME',
  ],
  [
    'a role in another partition',
    'aws-cn:111122223333:role/NAME',
    'arn:aws-cn:sts::111122223333:assumed-role/NAME/run-1',
    'aws-cn:111122223333:role/NAME',
  ],
];

describeOperation('putMember', (registry) => {
  const as = (arn: string) => registry.client(registry.admit({ ...registry.stranger(), arn }));

  it('makes a principal a member with these roles, and listMembers shows it', async () => {
    const { admin, keys } = await aTenant(registry);
    const { arn } = registry.stranger();
    const roles = [{ role: 'publisher' as const, models: 'fraud-*' }, { role: 'reader' as const }];
    const member = await admin.putMember({ principal: arn, roles });

    expect(member).toEqual({
      principal: principalFrom(arn),
      roles: [
        { role: 'publisher', models: 'fraud-*' },
        { role: 'reader', models: '*' },
      ],
      addedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      addedBy: principalFrom(keys.admin.arn),
      revision: 1,
    });
    expect((await admin.listMembers({})).items).toContainEqual(member);
  });

  it('takes the place of all roles that a member had, and keeps since when it is one', async () => {
    const { admin, keys } = await aTenant(registry);
    const [another, { arn }] = [registry.stranger(), registry.stranger()];
    await admin.putMember({ principal: another.arn, roles: [{ role: 'admin' }] });
    const before = await admin.putMember({ principal: arn, roles: [{ role: 'publisher' }, { role: 'releaser' }] });
    const after = await registry.client(another).putMember({ principal: arn, roles: [{ role: 'reader' }] });

    expect(after).toEqual({ ...before, roles: [{ role: 'reader', models: '*' }], revision: 2 });
    expect(after.addedBy).toBe(principalFrom(keys.admin.arn));
    expect((await admin.listMembers({})).items).toContainEqual(after);
  });

  it('leaves an event of the tenant that says who gave whom what', async () => {
    const { admin, keys, id: tenant } = await aTenant(registry);
    const { principal } = await admin.putMember({
      principal: 'arn:aws:sts::111122223333:assumed-role/Deployer/run-1',
      roles: [{ role: 'releaser', models: 'fraud-*' }],
    });
    const [event] = (await admin.listEvents({ limit: 1 })).items;

    expect(event).toMatchObject({
      type: 'member.put',
      tenant,
      actor: { principal: principalFrom(keys.admin.arn) },
      data: { principal, roles: [{ role: 'releaser', models: 'fraud-*' }] },
    });
    expect(event).not.toHaveProperty('model');
  });

  itEmbedded.each(SAME)('lets in %s', async (_, put, calls, principal) => {
    const { admin, id: tenant } = await aTenant(registry);
    const name = aName('ann');
    const named = (text: string) => text.replace('NAME', name);
    const member = await admin.putMember({ principal: named(put), roles: [{ role: 'reader' }] });

    expect(member.principal).toBe(named(principal));
    expect(await as(named(calls)).whoAmI({})).toMatchObject({ principal: named(principal), tenants: [{ tenant }] });
    expect(await as(named(calls)).getTenant({})).toMatchObject({ id: tenant });
  });

  it('takes a principal for the same however it is written', async () => {
    const { admin } = await aTenant(registry);
    const name = aName('deployer');
    const ways = [
      `aws:111122223333:role/${name}`,
      `arn:aws:iam::111122223333:role/${name}`,
      `arn:aws:iam::111122223333:role/ci/${name}`,
      `arn:aws:sts::111122223333:assumed-role/${name}/run-1`,
    ];
    for (const principal of ways) await admin.putMember({ principal, roles: [{ role: 'reader' }] });
    const { items } = await admin.listMembers({});

    expect(items.filter(({ principal }) => principal.includes(name))).toMatchObject([
      { principal: ways[0], revision: 4 },
    ]);
  });

  itEmbedded('lets in nobody who is only called alike', async () => {
    const { admin } = await aTenant(registry);
    const name = aName('ann');
    await admin.putMember({ principal: `arn:aws:iam::111122223333:role/${name}`, roles: [{ role: 'admin' }] });

    for (const arn of [
      `arn:aws:sts::999988887777:assumed-role/${name}/run-1`,
      `arn:aws:iam::111122223333:user/${name}`,
      `arn:aws:iam::111122223333:user/role/${name}`,
      `arn:aws:sts::111122223333:federated-user/${name}`,
      `arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0011223344556677/${name}`,
      `arn:aws:sts::111122223333:assumed-role/Other/${name}`,
      `arn:aws-cn:sts::111122223333:assumed-role/${name}/run-1`,
    ]) {
      await expect(as(arn).getTenant({})).rejects.toMatchObject({
        status: 403,
        code: 'caller.forbidden',
        message: 'You are not a member of any tenant.',
      });
    }
  });

  it('gives a principal a place in several tenants, each with its own roles', async () => {
    const [one, other] = [await aTenant(registry), await aTenant(registry)];
    const key = registry.stranger();
    await one.admin.putMember({ principal: key.arn, roles: [{ role: 'publisher' }] });
    await other.admin.putMember({ principal: key.arn, roles: [{ role: 'reader' }] });
    await registry.client(key, one.id).createModel({ model: 'fraud' });

    await expect(registry.client(key, other.id).createModel({ model: 'fraud' })).rejects.toMatchObject({
      code: 'caller.forbidden',
    });
    expect((await one.reader.listModels({})).items).toHaveLength(1);
    expect((await other.reader.listModels({})).items).toEqual([]);
  });

  it('acts on whoever called before', async () => {
    const { admin } = await aTenant(registry);
    const key = registry.stranger();
    const caller = registry.client(key);
    await caller.whoAmI({});
    await admin.putMember({ principal: key.arn, roles: [{ role: 'publisher' }] });
    await caller.createModel({ model: 'fraud' });
    await admin.putMember({ principal: key.arn, roles: [{ role: 'reader' }] });

    await expect(caller.createModel({ model: 'credit' })).rejects.toMatchObject({ code: 'caller.forbidden' });
  });

  it.each([
    ['no roles', { roles: [] }, 'roles', 'expected at least one role'],
    ['51 roles', { roles: Array(51).fill({ role: 'reader' }) }, 'roles', 'expected at most 50 roles'],
    ['an unknown role', { roles: [{ role: 'owner' }] }, 'roles[0].role', expect.stringContaining('reader')],
    [
      'a role on no names',
      { roles: [{ role: 'reader', models: '' }] },
      'roles[0].models',
      'expected at least 1 character',
    ],
    ['a space behind a person', { person: 'bea ' }, 'person', 'expected no space at the beginning or end'],
    ['what nobody sees in a person', { person: 'b\u200Bea' }, 'person', 'expected no characters that are not seen'],
    ['a person in another form', { person: 'Rene\u0301' }, 'person', 'expected Unicode in NFC'],
    [
      'a longer pattern',
      { roles: [{ role: 'reader', models: 'x'.repeat(251) }] },
      'roles[0].models',
      'expected at most 250 characters',
    ],
    [
      'a pattern that fits no name',
      { roles: [{ role: 'reader', models: 'e\u0301*' }] },
      'roles[0].models',
      'expected Unicode in NFC',
    ],
    ['a role with more to it', { roles: [{ role: 'reader', until: '2030' }] }, 'roles[0].until', 'is not known here'],
    ['nobody', { principal: 'Ann' }, 'principal', expect.stringContaining('or an IAM ARN')],
    ['everybody', { principal: '*' }, 'principal', expect.stringContaining('or an IAM ARN')],
    [
      'a group',
      { principal: 'arn:aws:iam::111122223333:group/Reviewers' },
      'principal',
      expect.stringContaining('or an IAM ARN'),
    ],
    [
      'a permission set, which is nobody',
      {
        principal:
          'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0011223344556677',
      },
      'principal',
      expect.stringContaining('or an IAM ARN'),
    ],
  ])('refuses %s', async (_, over, field, message) => {
    const { admin, keys } = await aTenant(registry);
    const before = [await admin.listMembers({}), await admin.listEvents({})];
    const input = { principal: registry.stranger().arn, roles: [{ role: 'reader' }], ...over };
    const answer = await call(registry, 'putMember', input, { as: keys.admin });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field, message }] } });
    expect([await admin.listMembers({}), await admin.listEvents({})]).toEqual(before);
  });

  it('gives up to 50 roles', async () => {
    const { admin } = await aTenant(registry);
    const roles = Array.from({ length: 50 }, (_, n) => ({ role: 'reader' as const, models: `model-${n}` }));

    expect(await admin.putMember({ principal: registry.stranger().arn, roles })).toMatchObject({ roles });
  });

  it.each([
    ['every other role', Role.options.filter((role) => role !== 'admin').map((role) => ({ role }))],
    ['admin of some names', [{ role: 'admin' as const, models: 'fraud-*' }]],
  ])('never leaves a tenant without an admin of everything: the last one cannot become %s', async (_, roles) => {
    const { admin, keys } = await aTenant(registry);
    const before = [await admin.getTenant({}), await admin.listMembers({}), await admin.listEvents({})];

    await expect(admin.putMember({ principal: keys.admin.arn, roles })).rejects.toMatchObject({
      status: 409,
      code: 'member.last_admin',
      message: `${principalFrom(keys.admin.arn)} is the last admin of the whole tenant.`,
    });
    expect([await admin.getTenant({}), await admin.listMembers({}), await admin.listEvents({})]).toEqual(before);
  });

  it('lets the last admin change its other roles', async () => {
    const { admin, keys } = await aTenant(registry);
    const roles = [{ role: 'admin' as const }, { role: 'releaser' as const }];

    expect(await admin.putMember({ principal: keys.admin.arn, roles })).toMatchObject({ revision: 2 });
  });

  it('keeps one admin when two give the role up at the same time', async () => {
    const { admin, keys, reader } = await aTenant(registry);
    const another = registry.stranger();
    await admin.putMember({ principal: another.arn, roles: [{ role: 'admin' }] });
    const outcomes = await Promise.allSettled([
      admin.putMember({ principal: keys.admin.arn, roles: [{ role: 'reader' }] }),
      registry.client(another).putMember({ principal: another.arn, roles: [{ role: 'reader' }] }),
    ]);
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    const { items } = await reader.listMembers({});

    expect(lost).toMatchObject([{ status: 409, code: 'member.last_admin' }]);
    expect(items.filter(({ roles }) => roles.some(({ role }) => role === 'admin'))).toHaveLength(1);
  });

  it('loses none of several members that are added at the same time', async () => {
    const { admin } = await aTenant(registry);
    const people = [1, 2, 3, 4].map(() => registry.stranger());
    await Promise.all(people.map(({ arn }) => admin.putMember({ principal: arn, roles: [{ role: 'reader' }] })));
    const { items } = await admin.listMembers({});

    expect(items.map(({ principal }) => principal)).toEqual(
      expect.arrayContaining(people.map(({ arn }) => principalFrom(arn))),
    );
  });
});
