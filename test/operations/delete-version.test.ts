import { expect, it } from 'vitest';
import type { OperationName } from '../../shared/contract/operations.ts';
import { call } from '../support/call.ts';
import { aNeededOne, aVersionOn, nameOf } from '../support/dependent.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf, anUploadOf, aVersionIn, aVersionOf, aVersionWith, filesOf } from '../support/setting-up.ts';

describeOperation('deleteVersion', (registry) => {
  it('answers the version as it was, deleted, and tells its root digest in the event', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
    const before = await tenant.reader.getVersion({ model, version });
    const deleted = await tenant.publisher.deleteVersion({ model, version });
    const { items } = await tenant.reader.listEvents({ model, limit: 1 });

    const { updatedAt } = deleted;
    expect(deleted).toEqual({ ...before, state: 'deleted', updatedAt, revision: before.revision + 1 });
    expect(items).toMatchObject([
      { type: 'version.deleted', version, data: { rootDigest: before.artifact?.rootDigest } },
    ]);
  });

  it('makes every operation answer as if the version had never been', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
    await tenant.publisher.deleteVersion({ model, version });
    const { reader, publisher, releaser } = tenant.keys;
    const one = { model, version };
    const ask = async (name: OperationName, as: typeof reader, input: object) => {
      const { status, body } = await call(registry, name, input, { as });
      return { status, code: body.code, detail: body.detail };
    };

    const answers = [
      await ask('getVersion', reader, one),
      await ask('getDownload', reader, one),
      await ask('resolveVersion', reader, { model, reference: String(version) }),
      await ask('completeVersion', publisher, one),
      await ask('updateVersion', publisher, { ...one, description: 'Anew.' }),
      await ask('deleteVersion', publisher, one),
      await ask('promoteVersion', releaser, { ...one, stage: 'staging' }),
      await ask('archiveVersion', releaser, one),
      await ask('setAlias', releaser, { ...one, alias: 'champion' }),
    ];
    const absent = { status: 404, code: 'version.not_found', detail: `${model} has no version ${version}.` };
    expect(answers).toEqual(answers.map(() => absent));
    expect(await tenant.reader.listVersions({ model })).toEqual({ items: [] });
  });

  it('frees the files for a new version, and never gives the number again', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const contents = { 'model.bin': aName('bytes') };
    const first = await aVersionWith(tenant, model, contents);
    await tenant.publisher.deleteVersion({ model, version: first });
    const again = await tenant.publisher.registerVersion({ model, files: filesOf(contents) });

    expect(first).toBe(1);
    expect(again).toMatchObject({ version: { version: 2, state: 'uploading' } });
    expect(await tenant.reader.getModel({ model })).toMatchObject({ versions: 2 });
  });

  it('gives up an upload under way, which cannot be completed any more', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const contents = { 'model.bin': aName('bytes') };
    const { version } = await anUploadOf(tenant, model, contents);
    await tenant.publisher.deleteVersion({ model, version });
    const late = await call(registry, 'completeVersion', { model, version }, { as: tenant.keys.publisher });
    const again = await tenant.publisher.registerVersion({ model, files: filesOf(contents) });

    expect(late).toMatchObject({ status: 404, body: { code: 'version.not_found' } });
    expect(again).toMatchObject({ version: { version: 2, state: 'uploading' } });
  });

  it('leaves the bytes to the other versions that have them', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const shared = aName('shared');
    const one = await aVersionWith(tenant, model, { 'model.bin': shared });
    const other = await aVersionWith(tenant, model, { 'model.bin': shared, 'labels.txt': 'a\nb' });
    await tenant.publisher.deleteVersion({ model, version: one });
    const { items } = await tenant.reader.getDownload({ model, version: other });

    const urls = items.filter(({ path }) => path === 'model.bin').map(({ request }) => request.url);
    expect(await Promise.all(urls.map(async (url) => (await fetch(url)).text()))).toEqual([shared]);
  });

  it('is for admins as well as for publishers', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);

    expect(await tenant.admin.deleteVersion({ model, version })).toMatchObject({ version, state: 'deleted' });
  });

  it('takes an archived version from where a rollback could go', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const former = await aVersionIn(tenant, model, 'production');
    const current = await aVersionIn(tenant, model, 'production');
    await tenant.publisher.deleteVersion({ model, version: former });
    const input = { model, reason: 'It was worse.' };
    const answer = await call(registry, 'rollbackModel', input, { as: tenant.keys.releaser });

    expect(answer).toMatchObject({ status: 409, body: { code: 'rollback.impossible' } });
    expect(await tenant.reader.getModel({ model })).toMatchObject({ production: [current] });
  });

  it.each(['staging', 'production'] as const)('refuses a version in %s, and leaves it there', async (stage) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, stage);
    const answer = await call(registry, 'deleteVersion', { model, version }, { as: tenant.keys.publisher });

    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'version.in_use', detail: `${model} version ${version} is in ${stage}.` },
    });
    expect(await tenant.reader.getVersion({ model, version })).toMatchObject({ state: 'complete', stage });
  });

  it('refuses a version with an alias, until the alias names another', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const other = await aVersionOf(tenant, model);
    await tenant.releaser.setAlias({ model, alias: 'champion', version });
    const answer = await call(registry, 'deleteVersion', { model, version }, { as: tenant.keys.publisher });
    await tenant.releaser.setAlias({ model, alias: 'champion', version: other });

    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'version.in_use', detail: `${model} version ${version} has the alias champion.` },
    });
    expect(await tenant.publisher.deleteVersion({ model, version })).toMatchObject({ state: 'deleted' });
  });

  it('is 404 for a model that is not there', async () => {
    const { keys } = await aTenant(registry);
    const answer = await call(registry, 'deleteVersion', { model: 'nowhere', version: 1 }, { as: keys.publisher });

    expect(answer).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
  });

  it('rule 8: refuses what an active version needs, unless an admin forces it with a reason', async () => {
    const tenant = await aTenant(registry);
    const { needed, by } = await aNeededOne(tenant);
    await tenant.admin.archiveVersion({ ...needed, force: true, reason: 'Leaks.' });
    const remove = (as: typeof tenant.keys.admin, input: object = {}) =>
      call(registry, 'deleteVersion', { ...needed, ...input }, { as });
    const detail = `${needed.model} version 1 is needed by ${nameOf(by)} (production): archive what needs it first, or let an admin force it with a reason.`;

    expect(await remove(tenant.keys.publisher)).toMatchObject({
      status: 409,
      body: { code: 'version.in_use', detail },
    });
    expect(await remove(tenant.keys.publisher, { force: true, reason: 'Leaks.' })).toMatchObject({ status: 403 });
    expect(await remove(tenant.keys.admin, { force: true })).toMatchObject({
      status: 400,
      body: { issues: [{ field: 'reason' }] },
    });
    expect(await remove(tenant.keys.admin, { force: true, reason: 'Leaks.' })).toMatchObject({ status: 200 });
    const { items } = await tenant.reader.listEvents({ model: needed.model, limit: 1 });
    expect(items).toMatchObject([
      { type: 'version.deleted', data: { forced: true, reason: 'Leaks.', dependents: [{ version: 1 }] } },
    ]);
  });

  it('deletes what only versions outside of all stages need', async () => {
    const tenant = await aTenant(registry);
    const needed = await aVersionOn(tenant);
    await aVersionOn(tenant, [needed]);

    expect(await tenant.publisher.deleteVersion(needed)).toMatchObject({ state: 'deleted' });
  });

  itEmbedded('rule 12: refuses what was in production, even forced, until its time is over', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: { retention: { artifactHoldDays: 2, productionStableDays: 4 } } });
    const former = await aVersionIn(tenant, model, 'production');
    await aVersionIn(tenant, model, 'production');
    const { stageAt = '' } = await tenant.reader.getVersion({ model, version: former });
    const remove = () =>
      call(
        registry,
        'deleteVersion',
        { model, version: former, force: true, reason: 'Now.' },
        { as: tenant.keys.admin },
      );
    const days = (count: number) => new Date(Date.parse(stageAt) + count * 86_400_000).toISOString();
    const held = await remove();
    registry.clock.advance(3 * 86_400_000);
    const unstable = await remove();
    registry.clock.advance(2 * 86_400_000);

    const detail = `${model} version 1 is not deleted: it was in production, and is kept 2 days after it was archived, until ${days(2)}.`;
    expect(held).toMatchObject({ status: 409, body: { code: 'version.retained', detail } });
    expect(unstable).toMatchObject({
      body: {
        code: 'version.retained',
        detail: expect.stringContaining(`was not in production for 4 days, until ${days(4)}`),
      },
    });
    expect(await remove()).toMatchObject({ status: 200, body: { state: 'deleted' } });
  });

  it('rule 12: refuses what a hold covers', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    await tenant.admin.placeHold({ matter: 'Case 1', model, version });

    expect(await call(registry, 'deleteVersion', { model, version }, { as: tenant.keys.publisher })).toMatchObject({
      status: 409,
      body: { code: 'hold.in_force' },
    });
  });
});
