import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anOutsider, aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf } from '../support/setting-up.ts';

const reason = 'The case is closed.';

describeOperation('releaseHold', (registry) => {
  /** Another admin, and whoever an admin says that this is. */
  async function anAdmin(tenant: TestTenant, person?: string) {
    const keys = registry.stranger();
    await tenant.admin.putMember({ principal: keys.arn, roles: [{ role: 'admin' }], ...(person && { person }) });
    return keys;
  }

  it('takes two admins: the hold is in force until the second has confirmed', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const other = await anAdmin(tenant);
    const { id: hold } = await tenant.admin.placeHold({ matter: 'Case 1', model });
    const asked = await tenant.admin.releaseHold({ hold, reason });
    const meanwhile = await call(registry, 'deleteModel', { model }, { as: tenant.keys.publisher });
    const released = await registry.client(other).releaseHold({ hold, reason: 'I agree.' });
    const { items } = await tenant.admin.listEvents({ limit: 3 });

    const requestedBy = { principal: principalFrom(tenant.keys.admin.arn) };
    expect(asked).toMatchObject({ state: 'releasing', release: { reason, requestedBy }, revision: 2 });
    expect(meanwhile).toMatchObject({ status: 409, body: { code: 'hold.in_force' } });
    expect(released).toMatchObject({
      state: 'released',
      release: { reason, requestedBy, confirmedBy: { principal: principalFrom(other.arn) } },
      revision: 3,
    });
    expect(items.map(({ type }) => type)).toEqual(['hold.released', 'hold.release_requested', 'hold.placed']);
    expect(await tenant.publisher.deleteModel({ model })).toMatchObject({ name: model });
  });

  it('is refused to whoever asked for it, also under another principal', async () => {
    const tenant = await aTenant(registry);
    const [ann, annAgain, bea] = [
      await anAdmin(tenant, 'ann'),
      await anAdmin(tenant, 'ann'),
      await anAdmin(tenant, 'bea'),
    ];
    const { id: hold } = await tenant.admin.placeHold({ matter: 'Case 1' });
    const release = (as: typeof ann) => call(registry, 'releaseHold', { hold, reason }, { as });
    await release(ann);

    for (const as of [ann, annAgain]) {
      expect(await release(as)).toMatchObject({ status: 409, body: { code: 'hold.unconfirmed' } });
    }
    expect(await release(bea)).toMatchObject({ status: 200, body: { state: 'released' } });
  });

  it('lets whoever placed it be one of the two', async () => {
    const tenant = await aTenant(registry);
    const other = await anAdmin(tenant);
    const { id: hold } = await registry.client(other).placeHold({ matter: 'Case 1' });
    await tenant.admin.releaseHold({ hold, reason });

    expect(await registry.client(other).releaseHold({ hold, reason })).toMatchObject({ state: 'released' });
  });

  it('changes nothing any more once it is released', async () => {
    const tenant = await aTenant(registry);
    const other = await anAdmin(tenant);
    const { id: hold } = await tenant.admin.placeHold({ matter: 'Case 1' });
    await tenant.admin.releaseHold({ hold, reason });
    const released = await registry.client(other).releaseHold({ hold, reason });

    expect(await tenant.admin.releaseHold({ hold, reason: 'Again.' })).toEqual(released);
  });

  it('of two who ask at the same time, one asks and the other confirms', async () => {
    const tenant = await aTenant(registry);
    const other = await anAdmin(tenant);
    const { id: hold } = await tenant.admin.placeHold({ matter: 'Case 1' });
    const answers = await Promise.all([
      tenant.admin.releaseHold({ hold, reason }),
      registry.client(other).releaseHold({ hold, reason }),
    ]);

    expect(answers.map(({ state }) => state).toSorted()).toEqual(['released', 'releasing']);
  });

  it('leaves what another hold still covers', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const other = await anAdmin(tenant);
    const { id: hold } = await tenant.admin.placeHold({ matter: 'Case 1', model });
    await tenant.admin.placeHold({ matter: 'Case 2' });
    await tenant.admin.releaseHold({ hold, reason });
    await registry.client(other).releaseHold({ hold, reason });

    expect(await call(registry, 'deleteModel', { model }, { as: tenant.keys.publisher })).toMatchObject({
      status: 409,
      body: { code: 'hold.in_force' },
    });
  });

  it('is 404 for a hold that is not there, and for one of another tenant', async () => {
    const tenant = await aTenant(registry);
    const { id: hold } = await tenant.admin.placeHold({ matter: 'Case 1' });
    const ask = (id: string, as = tenant.keys.admin) => call(registry, 'releaseHold', { hold: id, reason }, { as });

    expect(await ask(hold, await anOutsider(registry))).toMatchObject({
      status: 404,
      body: { code: 'hold.not_found' },
    });
    expect(await ask('01JNF4YVQ4R9S8T7V6W5X4Y3Z4')).toMatchObject({ status: 404, body: { code: 'hold.not_found' } });
    expect((await tenant.admin.listHolds({})).items).toMatchObject([{ state: 'active' }]);
  });

  it.each([
    ['no reason', { hold: '01JNF4YVQ4R9S8T7V6W5X4Y3Z4' }, 'reason'],
    ['no id', { hold: 'fraud', reason }, 'hold'],
  ])('refuses %s with 400, and names the field', async (_, input, field) => {
    const { keys } = await aTenant(registry);

    expect(await call(registry, 'releaseHold', input, { as: keys.admin })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [{ field }] },
    });
  });
});
