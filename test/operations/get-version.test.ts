import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { anActiveOn, aVersionOn } from '../support/dependent.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf, anUploadOf, aVersionIn, aVersionOf, filesOf } from '../support/setting-up.ts';

describeOperation('getVersion', (registry) => {
  it('shows a version as its registration answered it', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { version } = await tenant.publisher.registerVersion({
      model,
      files: filesOf({ 'model.bin': 'bytes' }),
      metrics: { accuracy: 0.973 },
    });

    expect(await tenant.reader.getVersion({ model, version: version.version })).toEqual(version);
  });

  it('shows the stage that a version was moved to', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, 'production');

    expect(await tenant.reader.getVersion({ model, version })).toMatchObject({
      state: 'complete',
      stage: 'production',
    });
  });

  it('shows a version under the present name of its model', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const to = aName('renamed');
    await tenant.admin.renameModel({ model, to });

    expect(await tenant.reader.getVersion({ model: to, version })).toMatchObject({ model: to, version });
  });

  itEmbedded('calls an upload abandoned once seven days have passed, though nothing was written', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { version } = await anUploadOf(tenant, model, { 'model.bin': aName('bytes') });
    const before = await tenant.reader.getVersion({ model, version });
    registry.clock.advance(7 * 86_400_000);

    expect(before).toMatchObject({ state: 'uploading' });
    expect(await tenant.reader.getVersion({ model, version })).toEqual({ ...before, state: 'abandoned' });
  });

  it('names no model that the caller may not read, and says how many more there are', async () => {
    const tenant = await aTenant(registry);
    const [shown, secret] = [await aVersionOn(tenant), await aVersionOn(tenant)];
    const one = await aVersionOn(tenant, [secret, shown]);
    const someone = registry.stranger();
    const roles = [one, shown].map(({ model }) => ({ role: 'reader' as const, models: model }));
    await tenant.admin.putMember({ principal: someone.arn, roles });
    const as = registry.client(someone);

    expect(await tenant.reader.getVersion(one)).toMatchObject({ dependsOn: [secret, shown] });
    expect(await tenant.reader.getVersion(one)).not.toHaveProperty('hiddenDependencies');
    const seen = { dependsOn: [shown], hiddenDependencies: 1 };
    expect(await as.getVersion(one)).toMatchObject(seen);
    expect(await as.resolveVersion({ model: one.model, reference: '1' })).toMatchObject(seen);
    expect((await as.listVersions({ model: one.model })).items).toMatchObject([seen]);
  });

  it('hides them in the answers of changes too', async () => {
    const tenant = await aTenant(registry);
    const secret = await anActiveOn(tenant, 'production');
    const one = await aVersionOn(tenant, [secret]);
    const someone = registry.stranger();
    await tenant.admin.putMember({ principal: someone.arn, roles: [{ role: 'releaser', models: one.model }] });
    const as = registry.client(someone);
    const seen = { version: { dependsOn: [], hiddenDependencies: 1 } };

    for (const stage of ['staging', 'production'] as const) {
      expect(await as.promoteVersion({ ...one, stage })).toMatchObject(seen);
    }
    expect(await as.archiveVersion(one)).toMatchObject(seen);
  });

  it('is 404 for a model that is not there', async () => {
    const { keys } = await aTenant(registry);
    const answer = await call(registry, 'getVersion', { model: 'nowhere', version: 1 }, { as: keys.reader });

    expect(answer).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
  });

  it('is 404 for a number that was never used, and for one whose version was deleted', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const deleted = await aVersionOf(tenant, model);
    await tenant.publisher.deleteVersion({ model, version: deleted });

    for (const version of [deleted, 2, 99_999_999]) {
      const answer = await call(registry, 'getVersion', { model, version }, { as: tenant.keys.reader });
      expect(answer).toMatchObject({
        status: 404,
        body: { code: 'version.not_found', detail: `${model} has no version ${version}.` },
      });
    }
  });

  it.each(['0', '-1', '1.5', 'latest', '100000000'])('is 400 for %j, which is no version number', async (version) => {
    const { keys } = await aTenant(registry);
    const answer = await call(registry, 'getVersion', { model: 'any', version }, { as: keys.reader });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field: 'version' }] } });
  });
});
