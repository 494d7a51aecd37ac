import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { anOutsider, aTenant, itEmbedded } from '../support/registry.ts';
import { anErasedOne } from '../support/retention.ts';
import { aModelOf, aVersionOf, aVersionWith } from '../support/setting-up.ts';

const DIGEST = 'a'.repeat(64);

describeOperation('placeHold', (registry) => {
  it('answers the hold, which is in force at once, and leaves an event of the tenant', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const { id } = await tenant.reader.getModel({ model });
    const input = { matter: 'Case 2026-118', model, version, reason: 'Asked for by the court.' };
    const hold = await tenant.admin.placeHold(input);
    const { items } = await tenant.admin.listEvents({ limit: 1 });

    expect(hold).toEqual({
      ...input,
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      state: 'active',
      placedBy: { principal: principalFrom(tenant.keys.admin.arn) },
      placedAt: expect.any(String),
      revision: 1,
    });
    expect(items).toMatchObject([
      { type: 'hold.placed', data: { hold: hold.id, matter: input.matter, reason: input.reason, model: id, version } },
    ]);
    expect(items[0]).not.toHaveProperty('model');
  });

  it.each([
    ['everything', () => ({})],
    ['a model', (model: string) => ({ model })],
    ['a version', (model: string) => ({ model, version: 1 })],
    ['files', (_: string, rootDigest: string) => ({ rootDigest })],
  ])('rule 12: a hold on %s stops whoever wants to delete it, forced or not', async (_, of) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
    const { artifact } = await tenant.reader.getVersion({ model, version });
    const { id } = await tenant.admin.placeHold({ matter: 'Case 1', ...of(model, artifact?.rootDigest ?? '') });
    const force = { force: true, reason: 'Now.' };
    const ofVersion = await call(registry, 'deleteVersion', { model, version, ...force }, { as: tenant.keys.admin });
    const ofModel = await call(registry, 'deleteModel', { model, ...force }, { as: tenant.keys.admin });

    for (const answer of [ofVersion, ofModel]) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'hold.in_force' } });
      expect(answer.body.detail).toContain(`is under the legal hold ${id}`);
    }
  });

  it('leaves alone what it does not cover', async () => {
    const tenant = await aTenant(registry);
    const [model, other] = [await aModelOf(tenant), await aModelOf(tenant)];
    const [held, free] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    await tenant.admin.placeHold({ matter: 'Case 1', model, version: held });
    await tenant.admin.placeHold({ matter: 'Case 2', rootDigest: DIGEST });

    expect(await tenant.publisher.deleteVersion({ model, version: free })).toMatchObject({ state: 'deleted' });
    expect(await tenant.publisher.deleteModel({ model: other })).toMatchObject({ name: other });
  });

  it('covers a model under whatever name it has later', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.placeHold({ matter: 'Case 1', model });
    const to = aName('renamed');
    await tenant.publisher.renameModel({ model, to });

    expect(await call(registry, 'deleteModel', { model: to }, { as: tenant.keys.publisher })).toMatchObject({
      status: 409,
      body: { code: 'hold.in_force' },
    });
    expect((await tenant.admin.listHolds({})).items).toMatchObject([{ model: to }]);
  });

  it('is for an admin of the model that it covers, and for one of the whole tenant', async () => {
    const tenant = await aTenant(registry);
    const [model, other] = [await aModelOf(tenant, 'fraud-eu'), await aModelOf(tenant, 'credit')];
    const as = registry.stranger();
    await tenant.admin.putMember({ principal: as.arn, roles: [{ role: 'admin', models: 'fraud-*' }] });
    const place = (of: object) => call(registry, 'placeHold', { matter: 'Case 1', ...of }, { as });

    expect(await place({ model })).toMatchObject({ status: 201 });
    for (const of of [{}, { model: other }, { rootDigest: DIGEST }]) {
      expect(await place(of)).toMatchObject({ status: 403, body: { code: 'caller.forbidden' } });
    }
  });

  it.each([
    ['version', { matter: 'Case 1', version: 1 }, 'model'],
    ['two things', { matter: 'Case 1', model: 'fraud', rootDigest: DIGEST }, 'rootDigest'],
    ['no matter', {}, 'matter'],
    ['a matter of two lines', { matter: 'a\nb' }, 'matter'],
    ['no digest', { matter: 'Case 1', rootDigest: 'abc' }, 'rootDigest'],
    ['no number', { matter: 'Case 1', model: 'fraud', version: 0 }, 'version'],
  ])('refuses %s with 400, and names the field', async (_, input, field) => {
    const { keys } = await aTenant(registry);
    const answer = await call(registry, 'placeHold', input, { as: keys.admin });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field }] } });
  });

  it('knows no model and no version that is not there, nor one of another tenant', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const place = (of: object, as = tenant.keys.admin) =>
      call(registry, 'placeHold', { matter: 'Case 1', ...of }, { as });

    expect(await place({ model: 'nowhere' })).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
    expect(await place({ model, version: 1 })).toMatchObject({ status: 404, body: { code: 'version.not_found' } });
    expect(await place({ model }, await anOutsider(registry))).toMatchObject({
      status: 404,
      body: { code: 'model.not_found' },
    });
  });

  itEmbedded('promises nothing for a version whose files are gone', async () => {
    const tenant = await aTenant(registry);
    const one = await anErasedOne(registry, tenant);

    expect(await call(registry, 'placeHold', { matter: 'Case 1', ...one }, { as: tenant.keys.admin })).toMatchObject({
      status: 410,
      body: { code: 'artifact.deleted' },
    });
  });

  itEmbedded('refuses the 201st hold in force', async () => {
    const tenant = await aTenant(registry);
    for (let count = 0; count < 200; count += 1) await tenant.admin.placeHold({ matter: `Case ${count}` });

    expect(await call(registry, 'placeHold', { matter: 'Case 201' }, { as: tenant.keys.admin })).toMatchObject({
      status: 409,
      body: { code: 'hold.full' },
    });
  });

  it('places one hold under one Idempotency-Key', async () => {
    const { admin } = await aTenant(registry);
    const place = () => admin.placeHold({ matter: 'Case 1' }, { idempotencyKey: 'one' });
    const [first, second] = [await place(), await place()];

    expect(second).toEqual(first);
    expect((await admin.listHolds({})).items).toEqual([first]);
  });
});
