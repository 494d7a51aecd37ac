import { describe, expect, it } from 'vitest';
import type { Artifacts } from '../../shared/artifacts/artifacts.ts';
import { call } from '../support/call.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant, type TestRegistry } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';
import { aModelOf, anUploadOf, aVersionIn, filesOf } from '../support/setting-up.ts';

const registry = await aRegistry();

/** What happens before the registry next looks at an object. */
let beforeStat = async () => {};
const { artifacts } = registry.services;
const slow: Artifacts = {
  ...artifacts,
  stat: async (key) => {
    const happens = beforeStat;
    beforeStat = async () => {};
    await happens();
    return artifacts.stat(key);
  },
};
const services = { ...registry.services, artifacts: slow };
const slowRegistry: TestRegistry = await registryOver({ ...registry, services }, registry.table);

describe('a model that is deleted, and created anew under the same name, while a version of it is completed', () => {
  it('gets no complete version out of the proof of the former files', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { version } = await anUploadOf(tenant, model, { 'model.bin': aName('weights') });
    beforeStat = async () => {
      await tenant.admin.deleteModel({ model });
      await tenant.publisher.createModel({ model });
      await tenant.publisher.registerVersion({ model, files: filesOf({ 'model.bin': aName('never sent') }) });
    };
    const answer = await call(slowRegistry, 'completeVersion', { model, version }, { as: tenant.keys.publisher });

    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'version.incomplete', issues: [{ field: 'model.bin' }] },
    });
    expect(await tenant.reader.getVersion({ model, version: 1 })).toMatchObject({ state: 'uploading' });
  });
});

describe('a cursor of a model that was deleted, and created anew under the same name', () => {
  it('is refused by every listing of the model', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    for (const _ of [1, 2]) await aVersionIn(tenant, model, 'staging');
    const listings = [
      (cursor = {}) => tenant.reader.listVersions({ model, limit: 1, ...cursor }),
      (cursor = {}) => tenant.reader.listEvents({ model, limit: 1, ...cursor }),
      (cursor = {}) => tenant.reader.getStageHistory({ model, stage: 'staging', limit: 1, ...cursor }),
    ];
    const cursors = await Promise.all(listings.map(async (listing) => ({ cursor: (await listing()).cursor ?? '' })));
    await tenant.admin.deleteModel({ model, force: true, reason: 'Begun anew.' });
    await tenant.publisher.createModel({ model });

    for (const [index, listing] of listings.entries()) {
      await expect(listing(cursors[index])).rejects.toMatchObject({ status: 400, code: 'cursor.invalid' });
    }
  });
});
