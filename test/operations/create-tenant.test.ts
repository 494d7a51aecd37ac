import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';

describeOperation('createTenant', (registry) => {
  const deployment = () => registry.client(registry.deploymentAdmin);

  it('makes a tenant with one member: its admin, who sees it as it was answered', async () => {
    const [tenant, key] = [aName('tenant'), registry.stranger()];
    const created = await deployment().createTenant({ tenant, name: 'Acme Bank – Zürich', admin: key.arn });
    const admin = registry.client(key);

    expect(created).toEqual({
      id: tenant,
      name: 'Acme Bank – Zürich',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      revision: 1,
    });
    expect(await admin.getTenant({})).toEqual(created);
    expect(await admin.listMembers({})).toEqual({
      items: [
        {
          principal: principalFrom(key.arn),
          roles: [{ role: 'admin', models: '*' }],
          addedAt: created.createdAt,
          addedBy: principalFrom(registry.deploymentAdmin.arn),
          revision: 1,
        },
      ],
    });
  });

  it('begins the chain of the tenant with an event that names the first admin', async () => {
    const [tenant, key] = [aName('tenant'), registry.stranger()];
    const { createdAt } = await deployment().createTenant({ tenant, name: 'Acme Bank', admin: key.arn });
    const { items } = await registry.client(key).listEvents({});

    expect(items).toEqual([
      {
        id: expect.stringMatching(/^evt_/),
        seq: 1,
        type: 'tenant.created',
        at: createdAt,
        tenant,
        actor: { principal: principalFrom(registry.deploymentAdmin.arn) },
        data: { name: 'Acme Bank', admin: principalFrom(key.arn) },
        prevHash: '0'.repeat(64),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it('calls a tenant as its id, and makes the caller its admin, unless told otherwise', async () => {
    const tenant = aName('tenant');

    expect(await deployment().createTenant({ tenant })).toMatchObject({ id: tenant, name: tenant });
    const inside = registry.client(registry.deploymentAdmin, tenant);
    expect((await inside.listMembers({})).items).toMatchObject([
      { principal: principalFrom(registry.deploymentAdmin.arn) },
    ]);
  });

  it('lets nobody else in, not even who looks after the deployment', async () => {
    const [tenant, key] = [aName('tenant'), registry.stranger()];
    await deployment().createTenant({ tenant, admin: key.arn });

    await expect(registry.client(registry.deploymentAdmin, tenant).getTenant({})).rejects.toMatchObject({
      status: 404,
      code: 'tenant.not_found',
    });
  });

  itEmbedded.each([
    ['a session of a role', 'arn:aws:sts::444455556666:assumed-role/Admins/ann', 'aws:444455556666:role/Admins'],
    ['a role under a path', 'arn:aws:iam::444455556666:role/org/Admins', 'aws:444455556666:role/Admins'],
    ['the normal form', 'aws:444455556666:user/Ann', 'aws:444455556666:user/Ann'],
  ])('takes for the first admin %s', async (_, admin, principal) => {
    const tenant = aName('tenant');
    await deployment().createTenant({ tenant, admin });
    const key = registry.admit({ ...registry.stranger(), arn: principal.replace(/^aws:(\d+):/, 'arn:aws:iam::$1:') });

    expect((await registry.client(key).whoAmI({})).tenants).toContainEqual({
      tenant,
      roles: [{ role: 'admin', models: '*' }],
    });
    expect((await registry.client(key, tenant).listMembers({})).items).toMatchObject([{ principal }]);
  });

  it.each([
    ['one character', 'a'],
    ['64 characters', 'a'.repeat(64)],
    ['capitals', 'Acme'],
    ['a sign that keys are made of', 'acme#1'],
    ['a hyphen at the beginning', '-acme'],
  ])('refuses an id with %s', async (_, tenant) => {
    await expect(deployment().createTenant({ tenant })).rejects.toMatchObject({
      status: 400,
      code: 'request.invalid',
      issues: [{ field: 'tenant', message: 'expected 2 to 63 of a-z, 0-9 and -, not - at the beginning' }],
    });
  });

  it.each([
    ['an empty name', { name: '' }, 'name', 'expected at least 1 character'],
    ['a longer name', { name: 'x'.repeat(251) }, 'name', 'expected at most 250 characters'],
    ['a name of two lines', { name: 'Acme\nBank' }, 'name', 'expected no control characters and no broken Unicode'],
    ['an admin who is nobody', { admin: 'Ann' }, 'admin', expect.stringContaining('or an IAM ARN')],
    [
      'everybody as admin',
      { admin: 'arn:aws:iam::444455556666:user/*' },
      'admin',
      expect.stringContaining('or an IAM ARN'),
    ],
  ])('refuses %s, and makes no tenant', async (_, input, field, message) => {
    const tenant = aName('tenant');

    await expect(deployment().createTenant({ tenant, ...input })).rejects.toMatchObject({
      status: 400,
      code: 'request.invalid',
      issues: [{ field, message }],
    });
    expect(await deployment().createTenant({ tenant })).toMatchObject({ id: tenant });
  });

  it('takes the longest id and the longest name', async () => {
    const [tenant, name] = [aName('t').padEnd(63, '-'), '🦄'.repeat(250)];

    expect(await deployment().createTenant({ tenant, name })).toMatchObject({ id: tenant, name });
  });

  it('refuses the id of a tenant that is there, and leaves that as it is', async () => {
    const { id, admin } = await aTenant(registry);
    const before = [await admin.getTenant({}), await admin.listMembers({}), await admin.listEvents({})];
    const intruder = registry.stranger();

    await expect(deployment().createTenant({ tenant: id, name: 'Mine', admin: intruder.arn })).rejects.toMatchObject({
      status: 409,
      code: 'tenant.exists',
      message: `There is a tenant ${id} already.`,
    });
    expect([await admin.getTenant({}), await admin.listMembers({}), await admin.listEvents({})]).toEqual(before);
    expect(await registry.client(intruder).whoAmI({})).toMatchObject({ tenants: [] });
  });

  it('makes one tenant when two of the same id are made at the same time', async () => {
    const [tenant, keys] = [aName('tenant'), [registry.stranger(), registry.stranger()]];
    const outcomes = await Promise.allSettled(keys.map(({ arn }) => deployment().createTenant({ tenant, admin: arn })));
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    const places = await Promise.all(keys.map((key) => registry.client(key).whoAmI({})));

    expect(lost).toMatchObject([{ status: 409, code: 'tenant.exists' }]);
    expect(places.flatMap(({ tenants }) => tenants)).toMatchObject([{ tenant }]);
  });
});
