import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { call } from '../support/call.ts';
import { aNeededOne, nameOf } from '../support/dependent.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionIn, aVersionOf, aVersionWith } from '../support/setting-up.ts';

/** What nobody may have touched when a deletion was refused. */
const stateOf = async ({ admin, reader }: TestTenant) => [
  await reader.getModel({ model: 'fraud' }),
  (await reader.listVersions({ model: 'fraud' })).items,
  await admin.listEvents({ limit: 100 }),
];

describeOperation('deleteModel', (registry) => {
  it('answers the model as it was, and nobody finds it any more', async () => {
    const tenant = await aTenant(registry);
    const { publisher, reader } = tenant;
    await aModelOf(tenant, 'fraud');
    const version = await aVersionOf(tenant, 'fraud');
    const before = await reader.getModel({ model: 'fraud' });

    expect(await publisher.deleteModel({ model: 'fraud' })).toEqual(before);
    expect((await reader.listModels({})).items).toEqual([]);
    for (const ask of [
      reader.getModel({ model: 'fraud' }),
      reader.getVersion({ model: 'fraud', version }),
      reader.listVersions({ model: 'fraud' }),
      reader.listEvents({ model: 'fraud' }),
      publisher.deleteModel({ model: 'fraud' }),
    ]) {
      await expect(ask).rejects.toMatchObject({
        status: 404,
        code: 'model.not_found',
        message: 'There is no model fraud.',
      });
    }
  });

  it('keeps the history, for whoever asks by the id of the model', async () => {
    const tenant = await aTenant(registry);
    const { publisher, reader, keys } = tenant;
    await aModelOf(tenant, 'fraud');
    await aVersionIn(tenant, 'fraud', 'archived');
    const { id } = await reader.getModel({ model: 'fraud' });
    await publisher.deleteModel({ model: 'fraud', reason: 'Nobody uses it.' });
    const { items } = await reader.listEvents({ modelId: id, order: 'ascending' });
    const exported = await Array.fromAsync(reader.exportEvents({ modelId: id }));

    expect(items.map(({ type }) => type)).toEqual([
      'model.created',
      'version.registered',
      'version.promoted',
      'version.archived',
      'model.deleted',
    ]);
    expect(items.at(-1)).toMatchObject({
      seq: 5,
      actor: { principal: principalFrom(keys.publisher.arn) },
      model: { id, name: 'fraud' },
      data: { forced: false, reason: 'Nobody uses it.', staging: [], production: [] },
      prevHash: items.at(-2)?.hash,
    });
    expect(exported).toEqual([...items, { type: 'export.completed', events: 5 }]);
  });

  it('frees the name for a model that has nothing of the deleted one', async () => {
    const tenant = await aTenant(registry);
    const { admin, publisher, releaser, reader } = tenant;
    const first = await publisher.createModel({
      model: 'fraud',
      description: 'The first.',
      tags: { team: 'payments' },
    });
    await admin.putPolicy({ model: 'fraud', policy: { lifecycle: 'open', retention: { stagingDays: 7 } } });
    const version = await aVersionWith(tenant, 'fraud', { 'model.bin': 'the same bytes' });
    await releaser.setAlias({ model: 'fraud', version, alias: 'champion' });
    await admin.deleteModel({ model: 'fraud' });
    const anew = await publisher.createModel({ model: 'fraud' });

    expect(anew).toEqual({
      ...first,
      id: anew.id,
      description: '',
      tags: {},
      createdAt: anew.createdAt,
      updatedAt: anew.createdAt,
    });
    expect(anew.id).not.toBe(first.id);
    expect((await admin.getPolicy({ model: 'fraud' })).policy).toEqual({});
    expect((await reader.listEvents({ model: 'fraud' })).items).toHaveLength(1);
    expect(await aVersionWith(tenant, 'fraud', { 'model.bin': 'the same bytes' })).toBe(1);
  });

  it('keeps the histories of all that had the same name apart', async () => {
    const { publisher, reader } = await aTenant(registry);
    const ids: string[] = [];
    for (const description of ['The first.', 'The second.']) {
      ids.push((await publisher.createModel({ model: 'fraud', description })).id);
      await publisher.deleteModel({ model: 'fraud' });
    }

    for (const id of ids) {
      const { items } = await reader.listEvents({ modelId: id });
      expect(items.map(({ type, model }) => [type, model?.id])).toEqual([
        ['model.deleted', id],
        ['model.created', id],
      ]);
    }
  });

  it.each(['staging', 'production'] as const)('is refused while a version is in %s, to an admin too', async (stage) => {
    const tenant = await aTenant(registry);
    await aModelOf(tenant, 'fraud');
    const version = await aVersionIn(tenant, 'fraud', stage);
    const before = await stateOf(tenant);

    for (const caller of [tenant.publisher, tenant.admin]) {
      await expect(caller.deleteModel({ model: 'fraud' })).rejects.toMatchObject({
        status: 409,
        code: 'model.in_use',
        message: `fraud has in staging or production: ${version}.`,
      });
    }
    expect(await stateOf(tenant)).toEqual(before);
  });

  it('of a model with a policy of its own is for an admin alone, who sees why', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: { approvals: { production: { required: 3 } } } });

    await expect(tenant.publisher.deleteModel({ model })).rejects.toMatchObject({
      status: 403,
      code: 'caller.forbidden',
      message: `${model} has a policy of its own, which whatever has this name next would not have: this needs the role admin on the model ${model}.`,
    });
    expect(await tenant.reader.getModel({ model })).toMatchObject({ revision: 2 });
    expect(await tenant.admin.deleteModel({ model })).toMatchObject({ id: expect.any(String) });
  });

  it('needs no force once the versions are archived', async () => {
    const tenant = await aTenant(registry);
    await aModelOf(tenant, 'fraud');
    const version = await aVersionIn(tenant, 'fraud', 'production');
    await tenant.releaser.archiveVersion({ model: 'fraud', version });

    expect(await tenant.publisher.deleteModel({ model: 'fraud' })).toMatchObject({ name: 'fraud', production: [] });
  });

  it('is forced by an admin with a reason, and the event says what was in use', async () => {
    const tenant = await aTenant(registry);
    const { admin, keys } = tenant;
    await aModelOf(tenant, 'fraud');
    const production = [await aVersionIn(tenant, 'fraud', 'production')];
    const staging = [await aVersionIn(tenant, 'fraud', 'staging'), await aVersionIn(tenant, 'fraud', 'staging')];
    const { id } = await admin.deleteModel({ model: 'fraud', force: true, reason: 'By order of the court.' });

    expect((await admin.listEvents({ modelId: id, limit: 1 })).items).toMatchObject([
      {
        type: 'model.deleted',
        actor: { principal: principalFrom(keys.admin.arn) },
        data: { forced: true, reason: 'By order of the court.', staging, production },
      },
    ]);
  });

  it('is forced by whoever is admin of this model alone', async () => {
    const tenant = await aTenant(registry);
    const key = registry.stranger();
    await tenant.admin.putMember({ principal: key.arn, roles: [{ role: 'admin', models: 'fraud' }] });
    await aModelOf(tenant, 'fraud');
    await aVersionIn(tenant, 'fraud', 'production');

    expect(await registry.client(key).deleteModel({ model: 'fraud', force: true, reason: 'It leaks.' })).toMatchObject({
      name: 'fraud',
    });
  });

  it('is not forced by a publisher, whatever the reason', async () => {
    const tenant = await aTenant(registry);
    await aModelOf(tenant, 'fraud');
    const before = await stateOf(tenant);

    await expect(
      tenant.publisher.deleteModel({ model: 'fraud', force: true, reason: 'I want to.' }),
    ).rejects.toMatchObject({
      status: 403,
      code: 'caller.forbidden',
      message: 'This needs the role admin on the model fraud.',
    });
    expect(await stateOf(tenant)).toEqual(before);
  });

  it.each([
    ['no reason', { force: 'true' }, 'reason', 'expected a reason together with force'],
    ['an empty reason', { force: 'true', reason: '' }, 'reason', 'expected at least 1 character'],
    ['a longer reason', { force: 'true', reason: 'x'.repeat(1_001) }, 'reason', 'expected at most 1000 characters'],
    [
      'a word in place of true',
      { force: 'yes', reason: 'It leaks.' },
      'force',
      expect.stringContaining('true or false'),
    ],
  ])('is not forced with %s', async (_, query, field, message) => {
    const tenant = await aTenant(registry);
    await aModelOf(tenant, 'fraud');
    const before = await stateOf(tenant);
    const answer = await call(registry, 'deleteModel', { model: 'fraud' }, { as: tenant.keys.admin, query });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field, message }] } });
    expect(await stateOf(tenant)).toEqual(before);
  });

  it('happens once when several delete the same model at the same time', async () => {
    const tenant = await aTenant(registry);
    const { id } = await tenant.publisher.createModel({ model: 'fraud' });
    const outcomes = await Promise.allSettled(
      [tenant.publisher, tenant.admin, tenant.publisher].map((caller) => caller.deleteModel({ model: 'fraud' })),
    );
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));

    expect(lost).toMatchObject([{ code: 'model.not_found' }, { code: 'model.not_found' }]);
    expect((await tenant.reader.listEvents({ modelId: id })).items).toHaveLength(2);
  });

  it('never takes a version away that is promoted at the same time', async () => {
    const tenant = await aTenant(registry);
    const { publisher, releaser, reader } = tenant;
    for (let round = 0; round < 5; round += 1) {
      const model = await aModelOf(tenant);
      const version = await aVersionOf(tenant, model);
      const [promoted, deleted] = await Promise.allSettled([
        releaser.promoteVersion({ model, version, stage: 'staging' }),
        publisher.deleteModel({ model }),
      ]);

      const { items } = await reader.listModels({ prefix: model });
      if (promoted.status === 'fulfilled') {
        expect(deleted).toMatchObject({ reason: { code: 'model.in_use' } });
        expect(items).toMatchObject([{ staging: [version] }]);
      } else {
        expect(promoted).toMatchObject({ reason: { code: 'model.not_found' } });
        expect(items).toEqual([]);
      }
    }
  });

  it('rule 8: refuses a model that active versions of others need, unless an admin forces it with a reason', async () => {
    const tenant = await aTenant(registry);
    const { needed, by } = await aNeededOne(tenant);
    const { model } = needed;
    await tenant.admin.archiveVersion({ ...needed, force: true, reason: 'Leaks.' });
    const answer = await call(registry, 'deleteModel', { model }, { as: tenant.keys.publisher });

    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'model.in_use',
        detail: expect.stringContaining(`${model} is needed by ${nameOf(by)} (production)`),
      },
    });
    expect(await tenant.admin.deleteModel({ model, force: true, reason: 'Leaks.' })).toMatchObject({ name: model });
    const { items } = await tenant.reader.listEvents({ limit: 1 });
    expect(items).toMatchObject([{ data: { forced: true, dependents: [{ version: 1 }] } }]);
  });

  itEmbedded(
    'rule 12: refuses a model that had versions in production, even forced, until the time of the last is over',
    async () => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      await tenant.admin.putPolicy({ model, policy: { retention: { artifactHoldDays: 2, productionStableDays: 0 } } });
      const version = await aVersionIn(tenant, model, 'production');
      const remove = () =>
        call(registry, 'deleteModel', { model, force: true, reason: 'Now.' }, { as: tenant.keys.admin });
      const inUse = await remove();
      await tenant.releaser.archiveVersion({ model, version });
      const archived = await remove();
      registry.clock.advance(3 * 86_400_000);

      const because = (detail: string) => ({
        status: 409,
        body: { code: 'version.retained', detail: expect.stringContaining(`${model} is not deleted: ${detail}`) },
      });
      expect(inUse).toMatchObject(because('version 1 is in production, and is kept 2 days after it was archived.'));
      expect(archived).toMatchObject(because('it had versions in production, and is kept 2 days after the last was'));
      expect(await remove()).toMatchObject({ status: 200 });
    },
  );

  it('rule 12: refuses a model with a version that a hold covers', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    await tenant.admin.placeHold({ matter: 'Case 1', model, version });

    expect(await call(registry, 'deleteModel', { model }, { as: tenant.keys.publisher })).toMatchObject({
      status: 409,
      body: { code: 'hold.in_force' },
    });
  });
});
