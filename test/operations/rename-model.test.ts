import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf, aVersionIn, aVersionWith } from '../support/setting-up.ts';

describeOperation('renameModel', (registry) => {
  it('gives the model the name, and changes nothing else of it', async () => {
    const { publisher, reader } = await aTenant(registry);
    const before = await publisher.createModel({ model: 'card', description: 'Scores.', tags: { team: 'payments' } });
    const renamed = await publisher.renameModel({ model: 'card', to: 'fraud' });

    expect(renamed).toEqual({ ...before, name: 'fraud', updatedAt: renamed.updatedAt, revision: 2 });
    expect(await reader.getModel({ model: 'fraud' })).toEqual(renamed);
  });

  it('takes versions, files, aliases, stages and their history along', async () => {
    const tenant = await aTenant(registry);
    const { publisher, releaser, reader } = tenant;
    await publisher.createModel({ model: 'card' });
    const files = await aVersionWith(tenant, 'card', { 'model.bin': 'bytes' });
    const version = await aVersionIn(tenant, 'card', 'production');
    await releaser.setAlias({ model: 'card', version, alias: 'champion' });
    const history = await reader.getStageHistory({ model: 'card', stage: 'production' });
    await publisher.renameModel({ model: 'card', to: 'fraud' });

    expect((await reader.listVersions({ model: 'fraud' })).items).toMatchObject([
      { model: 'fraud', version, stage: 'production' },
      { model: 'fraud', version: files, stage: 'none' },
    ]);
    expect(await reader.resolveVersion({ model: 'fraud', reference: '@champion' })).toMatchObject({ version });
    expect(await reader.getStageHistory({ model: 'fraud', stage: 'production' })).toEqual(history);
    expect((await reader.getStageHistory({ model: 'fraud', alias: 'champion' })).items).toMatchObject([
      { versions: [version] },
    ]);
    expect((await reader.getDownload({ model: 'fraud', version: files })).items).toMatchObject([{ path: 'model.bin' }]);
  });

  it('goes on with the work that was begun under the former name', async () => {
    const tenant = await aTenant(registry);
    await tenant.publisher.createModel({ model: 'card' });
    const first = await aVersionIn(tenant, 'card', 'production');
    await tenant.publisher.renameModel({ model: 'card', to: 'fraud' });
    const second = await aVersionIn(tenant, 'fraud', 'production');
    await tenant.releaser.rollbackModel({ model: 'fraud', reason: 'It was worse.' });

    expect(second).toBe(first + 1);
    expect(await tenant.reader.getModel({ model: 'fraud' })).toMatchObject({ production: [first], versions: 2 });
  });

  it('keeps the policy of the model', async () => {
    const { admin, publisher } = await aTenant(registry);
    await publisher.createModel({ model: 'card' });
    await admin.putPolicy({ model: 'card', policy: { lifecycle: 'open' } });
    await admin.renameModel({ model: 'card', to: 'fraud' });

    expect(await admin.getPolicy({ model: 'fraud' })).toMatchObject({ model: 'fraud', policy: { lifecycle: 'open' } });
  });

  it('goes on with the chain of events, in which each has the name of its time', async () => {
    const { admin, publisher, keys } = await aTenant(registry);
    const { id } = await publisher.createModel({ model: 'card' });
    await publisher.renameModel({ model: 'card', to: 'fraud' });
    await publisher.updateModel({ model: 'fraud', description: 'Anew.' });
    const { items } = await admin.listEvents({ model: 'fraud', order: 'ascending' });

    expect(items).toMatchObject([
      { seq: 1, type: 'model.created', model: { id, name: 'card' } },
      {
        seq: 2,
        type: 'model.renamed',
        actor: { principal: principalFrom(keys.publisher.arn) },
        model: { id, name: 'fraud' },
        data: { from: 'card', to: 'fraud' },
        prevHash: items[0]?.hash,
      },
      { seq: 3, type: 'model.updated', model: { id, name: 'fraud' }, prevHash: items[1]?.hash },
    ]);
  });

  it('frees the former name at once, for a model that has nothing of it', async () => {
    const tenant = await aTenant(registry);
    const { publisher, reader } = tenant;
    const { id } = await publisher.createModel({ model: 'card' });
    await aVersionIn(tenant, 'card', 'staging');
    await publisher.renameModel({ model: 'card', to: 'fraud' });
    await expect(reader.getModel({ model: 'card' })).rejects.toMatchObject({ code: 'model.not_found' });
    const anew = await publisher.createModel({ model: 'card' });

    expect(anew).toMatchObject({ versions: 0, staging: [] });
    expect(await reader.getModel({ model: 'fraud' })).toMatchObject({ id, versions: 1 });
  });

  it('goes back to the former name', async () => {
    const { publisher, reader } = await aTenant(registry);
    const { id } = await publisher.createModel({ model: 'card' });
    await publisher.renameModel({ model: 'card', to: 'fraud' });
    await publisher.renameModel({ model: 'fraud', to: 'card' });

    expect((await reader.listModels({})).items).toMatchObject([{ id, name: 'card', revision: 3 }]);
  });

  it('of a model with a policy of its own is for an admin alone, who sees why', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: { approvals: { production: { required: 3 } } } });

    await expect(tenant.publisher.renameModel({ model, to: `${model}-2` })).rejects.toMatchObject({
      status: 403,
      code: 'caller.forbidden',
      message: `${model} has a policy of its own, which whatever has this name next would not have: this needs the role admin on the model ${model}.`,
    });
    expect(await tenant.reader.getModel({ model })).toMatchObject({ revision: 2 });
    expect(await tenant.admin.renameModel({ model, to: `${model}-2` })).toMatchObject({ id: expect.any(String) });
  });

  it('knows no model that is not there', async () => {
    const { admin, publisher } = await aTenant(registry);
    const before = await admin.listEvents({ limit: 100 });

    await expect(publisher.renameModel({ model: 'card', to: 'fraud' })).rejects.toMatchObject({
      status: 404,
      code: 'model.not_found',
      message: 'There is no model card.',
    });
    expect(await admin.listEvents({ limit: 100 })).toEqual(before);
  });

  it.each(['fraud', 'card'])('refuses a name that a model has already, be it its own: %s', async (to) => {
    const { admin, publisher, reader } = await aTenant(registry);
    for (const model of ['card', 'fraud']) await publisher.createModel({ model });
    const models = await reader.listModels({});
    const events = await admin.listEvents({ limit: 100 });

    await expect(publisher.renameModel({ model: 'card', to })).rejects.toMatchObject({
      status: 409,
      code: 'model.exists',
      message: `There is a model ${to} already.`,
    });
    expect(await reader.listModels({})).toEqual(models);
    expect(await admin.listEvents({ limit: 100 })).toEqual(events);
  });

  it.each([
    ['a/b', 'expected no / and no :'],
    ['x'.repeat(251), 'expected at most 250 characters'],
    ['de\u0301tection', 'expected Unicode in NFC'],
  ])('refuses what is no name: %.10s', async (to, message) => {
    const { publisher, reader } = await aTenant(registry);
    const created = await publisher.createModel({ model: 'card' });

    await expect(publisher.renameModel({ model: 'card', to })).rejects.toMatchObject({
      status: 400,
      code: 'request.invalid',
      issues: [{ field: 'to', message }],
    });
    expect(await reader.getModel({ model: 'card' })).toEqual(created);
  });

  itEmbedded('takes any name there can be', async () => {
    const { publisher, reader } = await aTenant(registry);
    const names = ['a#b%c&d?e=f+g ', '%2F', '...', '🦄'.repeat(250)];
    const { id } = await publisher.createModel({ model: 'card' });
    for (const [index, to] of names.entries())
      await publisher.renameModel({ model: ['card', ...names][index] ?? '', to });

    expect((await reader.listModels({})).items).toMatchObject([{ id, name: '🦄'.repeat(250) }]);
  });

  it.each([
    ['the name it has', 'fraud-*', 'card', 'fraud-eu', 'card'],
    ['the name it shall have', 'card', 'card', 'fraud-eu', 'fraud-eu'],
  ])('asks for the role on %s too', async (_, models, model, to, missing) => {
    const { admin, publisher, reader } = await aTenant(registry);
    const key = registry.stranger();
    await admin.putMember({ principal: key.arn, roles: [{ role: 'reader' }, { role: 'publisher', models }] });
    const created = await publisher.createModel({ model });

    await expect(registry.client(key).renameModel({ model, to })).rejects.toMatchObject({
      status: 403,
      code: 'caller.forbidden',
      message: `This needs the role publisher or admin on the model ${missing}.`,
    });
    expect(await reader.getModel({ model })).toEqual(created);
  });

  it('is open to a publisher of the one name who is admin of the other', async () => {
    const { admin, publisher } = await aTenant(registry);
    const key = registry.stranger();
    const roles = [
      { role: 'publisher' as const, models: 'card' },
      { role: 'admin' as const, models: 'fraud-*' },
    ];
    await admin.putMember({ principal: key.arn, roles });
    await publisher.createModel({ model: 'card' });

    expect(await registry.client(key).renameModel({ model: 'card', to: 'fraud-eu' })).toMatchObject({
      name: 'fraud-eu',
    });
  });

  it('gives a name to one of two models that are to have it at the same time', async () => {
    const { publisher, reader } = await aTenant(registry);
    const [card, loan] = [
      await publisher.createModel({ model: 'card' }),
      await publisher.createModel({ model: 'loan' }),
    ];
    const outcomes = await Promise.allSettled([
      publisher.renameModel({ model: 'card', to: 'fraud' }),
      publisher.renameModel({ model: 'loan', to: 'fraud' }),
    ]);
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    const loser = won[0]?.id === card.id ? loan : card;

    expect(won).toEqual([await reader.getModel({ model: 'fraud' })]);
    expect(lost).toMatchObject([{ status: 409, code: 'model.exists' }]);
    expect(await reader.getModel({ model: loser.name })).toEqual(loser);
  });

  it('gives a model one of two names that it is to have at the same time', async () => {
    const { admin, publisher, reader } = await aTenant(registry);
    const { id } = await publisher.createModel({ model: 'card' });
    const outcomes = await Promise.allSettled(
      ['fraud', 'loan'].map((to) => publisher.renameModel({ model: 'card', to })),
    );
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    const { items } = await reader.listModels({});

    expect(lost).toMatchObject([{ status: 404, code: 'model.not_found', message: 'There is no model card.' }]);
    expect(items).toMatchObject([{ id, revision: 2 }]);
    expect((await admin.listEvents({ modelId: id })).items).toHaveLength(2);
  });
});
