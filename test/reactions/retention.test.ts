import { describe, expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { AT_ONCE, anErasedOne, retain } from '../support/retention.ts';
import { aModelOf, aVersionIn, aVersionWith, filesOf } from '../support/setting-up.ts';

const registry = await aRegistry();

const YEARS = { retention: { productionStableDays: 14, artifactHoldDays: 100, stagingDays: 30 } };

/** The URL of the only file of a version. */
const urlOf = async ({ reader }: TestTenant, one: { model: string; version: number }) =>
  (await reader.getDownload(one)).items[0]?.request.url ?? '';

const typesOf = async ({ reader }: TestTenant, model: string) =>
  (await reader.listEvents({ model, order: 'ascending', limit: 100 })).items.map(({ type }) => type);

describe('a run of retention', () => {
  it('archives what stayed in staging, and says why', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionIn(tenant, model, 'staging');
    await retain(registry, tenant, 29);
    const before = await tenant.reader.getModel({ model });
    await retain(registry, tenant, 2);

    expect(before.staging).toEqual([1]);
    expect(await tenant.reader.getModel({ model })).toMatchObject({ staging: [] });
    expect((await tenant.reader.listEvents({ model, limit: 1 })).items).toMatchObject([
      {
        type: 'version.archived',
        actor: { principal: 'signet:on-apply-retention' },
        data: { from: 'staging', reason: 'Not promoted in 30 days.' },
      },
    ]);
  });

  it('deletes the files of what was archived long enough ago: no bytes, and an event with digest and size', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: YEARS });
    const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
    await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
    await tenant.releaser.archiveVersion({ model, version });
    const url = await urlOf(tenant, { model, version });
    await retain(registry, tenant, 99);
    const early = await tenant.reader.getVersion({ model, version });
    await retain(registry, tenant, 2);
    const late = await tenant.reader.getVersion({ model, version });

    expect(early).not.toHaveProperty('erased');
    expect(late.erased).toEqual({ at: expect.any(String), pending: false });
    expect((await fetch(url)).ok).toBe(false);
    expect((await tenant.reader.listEvents({ model, limit: 1 })).items).toMatchObject([
      {
        type: 'artifact.deleted',
        version,
        data: { ...late.artifact, after: 'archived', heldDays: 100 },
      },
    ]);
    expect(await call(registry, 'getDownload', { model, version }, { as: tenant.keys.reader })).toMatchObject({
      status: 410,
      body: { code: 'artifact.deleted' },
    });
  });

  it('leaves bytes that another version uses, and removes them when that goes as well', async () => {
    const tenant = await aTenant(registry);
    const shared = aName('shared');
    const models = [await aModelOf(tenant), await aModelOf(tenant)];
    for (const model of models) {
      await tenant.admin.putPolicy({ model, policy: AT_ONCE });
      await aVersionWith(tenant, model, { 'model.bin': shared, [model]: model });
    }
    const [first = '', second = ''] = models;
    const stop = async (model: string) => {
      await tenant.releaser.promoteVersion({ model, version: 1, stage: 'staging' });
      await tenant.releaser.archiveVersion({ model, version: 1 });
    };
    const { items } = await tenant.reader.getDownload({ model: second, version: 1 });
    const url = items.find(({ path }) => path === 'model.bin')?.request.url ?? '';
    await stop(first);
    await retain(registry, tenant);

    expect((await tenant.reader.getVersion({ model: first, version: 1 })).erased?.pending).toBe(false);
    expect(await (await fetch(url)).text()).toBe(shared);
    await stop(second);
    await retain(registry, tenant);
    expect((await fetch(url)).status).toBe(404);
  });

  it('lets files that were deleted be registered again, as another version', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: AT_ONCE });
    const contents = { 'model.bin': aName('bytes') };
    const version = await aVersionWith(tenant, model, contents);
    await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
    await tenant.releaser.archiveVersion({ model, version });
    await retain(registry, tenant);
    const again = await aVersionWith(tenant, model, contents);

    expect(again).toBe(2);
    expect(await (await fetch(await urlOf(tenant, { model, version: again }))).text()).toBe(contents['model.bin']);
  });

  it('gives up uploads after seven days, and removes what came of them a week later', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const files = filesOf({ 'model.bin': aName('bytes') });
    await tenant.publisher.registerVersion({ model, files });
    await retain(registry, tenant, 6);
    const before = await typesOf(tenant, model);
    await retain(registry, tenant, 2);
    await retain(registry, tenant, 8);

    expect(before).not.toContain('version.abandoned');
    expect(await typesOf(tenant, model)).toEqual([
      'model.created',
      'version.registered',
      'version.abandoned',
      'artifact.deleted',
    ]);
    expect((await tenant.publisher.registerVersion({ model, files })).version).toMatchObject({ version: 2 });
  });

  it('puts old evaluations into a summary on the version, but for the latest of each data set', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
    for (const auc of [0.5, 0.7, 0.9]) {
      await tenant.reviewer.recordEvaluation({ model, version, dataset: { name: 'holdout' }, metrics: { auc } });
    }
    await tenant.reviewer.recordEvaluation({ model, version, dataset: { name: 'other' }, metrics: { auc: 0.1 } });
    await retain(registry, tenant, 91);
    const { compacted, evidence } = await tenant.reader.getVersion({ model, version });
    const { items } = await tenant.reader.listEvaluations({ model, version });

    expect(items.map(({ evaluation }) => evaluation)).toEqual([4, 3]);
    expect(evidence.evaluations).toBe(4);
    expect(compacted).toMatchObject({
      evaluations: 2,
      datasets: [{ dataset: 'holdout', evaluations: 2, metrics: { auc: { count: 2, min: 0.5, max: 0.7, last: 0.7 } } }],
    });
    expect(await typesOf(tenant, model)).toContain('evaluations.compacted');
  });

  it('does nothing under a hold, and goes on once two admins have released it', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: AT_ONCE });
    const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
    await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
    const { id: hold } = await tenant.admin.placeHold({ matter: 'Case 1', model });
    await retain(registry, tenant, 31);
    const held = await tenant.reader.getVersion({ model, version });
    const other = registry.stranger();
    await tenant.admin.putMember({ principal: other.arn, roles: [{ role: 'admin' }] });
    await tenant.admin.releaseHold({ hold, reason: 'Closed.' });
    await retain(registry, tenant);
    const asked = await tenant.reader.getVersion({ model, version });
    await registry.client(other).releaseHold({ hold, reason: 'Closed.' });
    await retain(registry, tenant);

    expect([held.stage, asked.stage]).toEqual(['staging', 'staging']);
    expect(await tenant.reader.getVersion({ model, version })).toMatchObject({
      stage: 'archived',
      erased: { pending: false },
    });
  });

  it('rule 12: keeps what was in production until its replacement was there for long enough without interruption', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: { retention: { productionStableDays: 10, artifactHoldDays: 0 } } });
    const release = async () => {
      const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
      await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
      await tenant.releaser.promoteVersion({ model, version, stage: 'production' });
      return version;
    };
    const former = await release();
    await release();
    await retain(registry, tenant, 9);
    // It takes the place of what was there for nine days, and its own time begins now.
    const third = await release();
    await retain(registry, tenant, 9);
    const kept = await tenant.reader.previewRetention({ model });
    await retain(registry, tenant, 2);

    expect(kept.items.find(({ version }) => version === former)).toMatchObject({
      actions: [],
      kept: [{ why: 'replacement_unstable', until: expect.any(String) }],
    });
    expect((await tenant.reader.getVersion({ model, version: former })).erased).toBeDefined();
    expect((await tenant.reader.getVersion({ model, version: third })).erased).toBeUndefined();
  });

  it('leaves no way back to a version without its files', async () => {
    const tenant = await aTenant(registry);
    const one = await anErasedOne(registry, tenant);
    const { releaser } = tenant.keys;
    const back = await call(registry, 'rollbackModel', { ...one, reason: 'Why not.' }, { as: releaser });

    expect(back).toMatchObject({ status: 409, body: { code: 'rollback.impossible' } });
    expect(back.body.detail).toContain('its files were deleted on');
  });
});
