import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { manifestKey, objectKey } from '../../shared/domain/artifact.ts';
import { Sha256, TenantId } from '../../shared/domain/names.ts';
import { call } from '../support/call.ts';
import { anActiveOn, nameOf } from '../support/dependent.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { lastEventOf } from '../support/looking.ts';
import { lose } from '../support/lose.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, anOpenModelOf, aVersionIn, aVersionOf, aVersionWith } from '../support/setting-up.ts';

const reason = 'False alarms tripled.';

/** A model with the versions 1 to `count` in production one after the other: the last is there now. */
async function released(tenant: TestTenant, count: number): Promise<string> {
  const model = await aModelOf(tenant);
  for (let version = 1; version <= count; version += 1) await aVersionIn(tenant, model, 'production');
  return model;
}

const stagesOf = async ({ reader }: TestTenant, model: string) => {
  const { items } = await reader.listVersions({ model, order: 'ascending' });
  return items.map(({ stage }) => stage);
};

describeOperation('rollbackModel', (registry) => {
  it('puts the former production version back, and archives the present one in the same change', async () => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 2);
    const { revision } = await tenant.reader.getModel({ model });

    expect(await tenant.releaser.rollbackModel({ model, reason })).toMatchObject({
      version: { version: 1, stage: 'production', model },
      archived: [2],
      revision: revision + 1,
      dryRun: false,
    });
    expect(await stagesOf(tenant, model)).toEqual(['production', 'archived']);
    expect(await lastEventOf(tenant, model)).toMatchObject({
      type: 'model.rolled_back',
      version: 1,
      actor: { principal: expect.stringContaining('user/releaser-of') },
      data: { restored: 1, archived: [2], reason },
    });
  });

  it('goes several steps back at once, and one step further each time', async () => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 4);

    expect(await tenant.releaser.rollbackModel({ model, reason, steps: 2 })).toMatchObject({
      version: { version: 2 },
      archived: [4],
    });
    expect(await tenant.releaser.rollbackModel({ model, reason })).toMatchObject({ version: { version: 1 } });
    await expect(tenant.releaser.rollbackModel({ model, reason })).rejects.toMatchObject({
      status: 409,
      code: 'rollback.impossible',
      message: `${model} cannot go back 1 production versions: it has no former one.`,
    });
  });

  it('says with dryRun what it will do, and does nothing', async () => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 2);
    const before = [await tenant.reader.getModel({ model }), await lastEventOf(tenant, model)];
    const plan = await tenant.releaser.rollbackModel({ model, reason, dryRun: true });

    expect(plan).toMatchObject({ version: { version: 1, stage: 'production' }, archived: [2], dryRun: true });
    expect([await tenant.reader.getModel({ model }), await lastEventOf(tenant, model)]).toEqual(before);
    const done = await tenant.releaser.rollbackModel({ model, reason }, { ifMatch: plan.revision });
    const untimed = { stageAt: '', updatedAt: '', revision: 0 };
    expect({ ...done.version, ...untimed }).toEqual({ ...plan.version, ...untimed });
  });

  it('says with dryRun that it is impossible, and records nothing', async () => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 1);
    const before = await lastEventOf(tenant, model);

    await expect(tenant.releaser.rollbackModel({ model, reason, dryRun: true })).rejects.toMatchObject({
      code: 'rollback.impossible',
    });
    expect(await lastEventOf(tenant, model)).toEqual(before);
  });

  it('that was a mistake is undone by naming the version that it took out', async () => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 3);
    await tenant.releaser.rollbackModel({ model, reason });

    expect(await tenant.releaser.rollbackModel({ model, version: 3, reason: 'It was the network.' })).toMatchObject({
      version: { version: 3, stage: 'production' },
      archived: [2],
    });
    expect(await tenant.releaser.rollbackModel({ model, reason })).toMatchObject({ version: { version: 2 } });
  });

  it.each([
    ['is there already', 2, 'has version 2 in production already.'],
    ['never was in production', 3, 'version 3 has never been in production.'],
  ])('to a version that %s is refused, and the refusal recorded', async (_, version, detail) => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 2);
    await aVersionIn(tenant, model, 'archived');
    const stages = await stagesOf(tenant, model);

    await expect(tenant.releaser.rollbackModel({ model, version, reason })).rejects.toMatchObject({
      status: 409,
      code: 'rollback.impossible',
      message: `${model} ${detail}`,
    });
    expect(await stagesOf(tenant, model)).toEqual(stages);
    expect(await lastEventOf(tenant, model)).toMatchObject({
      type: 'transition.refused',
      data: { action: 'rollback', to: 'production', code: 'rollback.impossible', detail: `${model} ${detail}` },
    });
  });

  it.each([
    ['is not there', 9],
    ['is deleted', 3],
  ])('to a version that %s is 404', async (_, version) => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 2);
    await tenant.publisher.deleteVersion({ model, version: await aVersionOf(tenant, model) });

    await expect(tenant.releaser.rollbackModel({ model, version, reason })).rejects.toMatchObject({
      code: 'version.not_found',
    });
  });

  it('passes over a former version that is deleted meanwhile', async () => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 3);
    await tenant.publisher.deleteVersion({ model, version: 2 });

    expect(await tenant.releaser.rollbackModel({ model, reason })).toMatchObject({ version: { version: 1 } });
  });

  it('restores what was archived, while nothing is in production', async () => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 1);
    await tenant.releaser.archiveVersion({ model, version: 1 });

    expect(await tenant.releaser.rollbackModel({ model, reason })).toMatchObject({
      version: { version: 1, stage: 'production' },
      archived: [],
    });
  });

  it('of an open model with several in production says to archive all but one', async () => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 1);
    await tenant.admin.putPolicy({ model, policy: { lifecycle: 'open' } });
    const version = await aVersionOf(tenant, model);
    await tenant.releaser.promoteVersion({ model, version, stage: 'production', archiveFormer: false });

    await expect(tenant.releaser.rollbackModel({ model, reason })).rejects.toMatchObject({
      code: 'rollback.impossible',
      message: `${model} has the versions 1, 2 in production: archive all but one first.`,
    });
  });

  it('is refused where callers would not be served, unless it is forced, and then its event says so', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    for (const name of ['amount', 'total']) {
      const schema = { inputs: [{ name, type: 'float64' }] };
      const version = await aVersionOf(tenant, model, { schema });
      await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
      await tenant.releaser.promoteVersion({ model, version, stage: 'production' });
    }

    await expect(tenant.releaser.rollbackModel({ model, reason })).rejects.toMatchObject({
      code: 'rollback.impossible',
      message: expect.stringContaining('would not serve those who use what is in production now'),
    });
    expect(await stagesOf(tenant, model)).toEqual(['archived', 'production']);
    await tenant.releaser.rollbackModel({ model, reason, force: true });
    expect(await stagesOf(tenant, model)).toEqual(['production', 'archived']);
    const { items } = await tenant.reader.listEvents({ model, limit: 1 });
    expect(items[0]).toMatchObject({ type: 'model.rolled_back', data: { restored: 1, forced: true, reason } });
  });

  it.each([
    ['archived', 'lifecycle', 'came into production under an open lifecycle'],
    ['staging', 'stage', 'is in staging, and not archived'],
  ] as const)(
    'rule 5: brings nothing back that an open lifecycle left in %s, unless an admin forces it',
    async (where, overridden, why) => {
      const tenant = await aTenant(registry);
      const model = await anOpenModelOf(tenant);
      const [first, second] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
      const to = (version: number, stage: 'staging' | 'production') =>
        tenant.releaser.promoteVersion({ model, version, stage });
      await to(first, 'production');
      if (where === 'staging') await to(first, 'staging');
      await to(second, 'production');
      await tenant.admin.putPolicy({ model, policy: { lifecycle: 'governed' } });
      const both = registry.stranger();
      await tenant.admin.putMember({ principal: both.arn, roles: [{ role: 'releaser' }, { role: 'admin' }] });
      const back = (as: typeof both, force: boolean) =>
        call(registry, 'rollbackModel', { model, version: first, reason, force }, { as });

      for (const [as, force] of [
        [tenant.keys.releaser, true],
        [both, false],
      ] as const) {
        expect(await back(as, force)).toMatchObject({
          status: 409,
          body: { code: 'rollback.impossible', detail: expect.stringContaining(why) },
        });
      }
      expect(await back(both, true)).toMatchObject({ status: 200 });
      const event = await lastEventOf(tenant, model);
      expect(event).toMatchObject({ data: { forced: true, overridden: expect.arrayContaining([overridden]) } });
    },
  );

  it('warns of dependencies that are nowhere in use, and its event tells which', async () => {
    const tenant = await aTenant(registry);
    const needed = await anActiveOn(tenant, 'production');
    const { model } = await anActiveOn(tenant, 'production', [needed]);
    await aVersionIn(tenant, model, 'production');
    await tenant.releaser.archiveVersion(needed);

    const { warnings } = await tenant.releaser.rollbackModel({ model, reason });
    expect(warnings).toMatchObject([{ kind: 'dependency', met: false }]);
    const { id } = await tenant.reader.getModel({ model: needed.model });
    expect(await lastEventOf(tenant, model)).toMatchObject({ data: { inactive: [{ model: id, version: 1 }] } });
  });

  itEmbedded.each([
    ['the manifest', (_: Sha256, rootDigest: Sha256, tenant: TenantId) => manifestKey(tenant, rootDigest)],
    ['a.bin', (sha256: Sha256, _: Sha256, tenant: TenantId) => objectKey(tenant, sha256)],
  ] as const)('to a version that has lost %s is refused, forced or not, and a dry run says so', async (lost, keyOf) => {
    const tenant = await aTenant(registry);
    const id = TenantId.parse(tenant.id);
    const model = await aModelOf(tenant);
    const contents = { 'a.bin': aName('a'), 'b.bin': aName('b') };
    const version = await aVersionWith(tenant, model, contents);
    for (const stage of ['staging', 'production'] as const)
      await tenant.releaser.promoteVersion({ model, version, stage });
    await aVersionIn(tenant, model, 'production');
    const { artifact } = await tenant.reader.getVersion({ model, version });
    await lose(
      registry,
      keyOf(Sha256.parse(hash('sha256', contents['a.bin'], 'hex')), Sha256.parse(artifact?.rootDigest), id),
    );

    const detail = `${model} version ${version} has lost files, and cannot be restored: ${lost}.`;
    for (const more of [{}, { force: true }, { dryRun: true }]) {
      await expect(tenant.releaser.rollbackModel({ model, reason, ...more })).rejects.toMatchObject({
        status: 409,
        code: 'rollback.impossible',
        message: detail,
      });
    }
    expect(await stagesOf(tenant, model)).toEqual(['archived', 'production']);
    expect(await lastEventOf(tenant, model)).toMatchObject({ type: 'transition.refused', data: { detail } });
  });

  it('needs no vote, and no card: what is back was let in before', async () => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 2);
    await tenant.admin.putPolicy({
      model,
      policy: { approvals: { production: { required: 2 } }, gates: { production: [{ check: 'ci' }] } },
    });

    expect(await tenant.releaser.rollbackModel({ model, reason })).toMatchObject({ archived: [2] });
  });

  it('of a model that is not there is 404', async () => {
    const { releaser } = await aTenant(registry);

    await expect(releaser.rollbackModel({ model: 'absent', reason })).rejects.toMatchObject({
      code: 'model.not_found',
    });
  });

  it.each([
    ['reason', {}],
    ['reason', { reason: '' }],
    ['steps', { reason, steps: 0 }],
    ['steps', { reason, steps: 51 }],
    ['version', { reason, version: 0 }],
  ])('names the field %s of %j', async (field, input) => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 1);

    await expect(tenant.releaser.rollbackModel({ model, ...input } as never)).rejects.toMatchObject({
      status: 400,
      code: 'request.invalid',
      issues: [{ field, message: expect.any(String) }],
    });
  });

  it('is done by one of two at once: the other, with the same If-Match, is told 412', async () => {
    const tenant = await aTenant(registry);
    const model = await released(tenant, 3);
    const { revision } = await tenant.reader.getModel({ model });
    const both = await Promise.allSettled(
      [1, 2].map(() => tenant.releaser.rollbackModel({ model, reason }, { ifMatch: revision })),
    );

    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'precondition.failed' } });
    expect(await stagesOf(tenant, model)).toEqual(['archived', 'production', 'archived']);
  });

  it('rule 8: takes nothing out of production that an active version needs, unless an admin forces it', async () => {
    const tenant = await aTenant(registry);
    const first = await anActiveOn(tenant, 'production');
    const next = { model: first.model, version: await aVersionIn(tenant, first.model, 'production') };
    const by = await anActiveOn(tenant, 'production', [next]);
    const both = registry.stranger();
    const roles = [{ role: 'releaser' as const }, { role: 'admin' as const }];
    await tenant.admin.putMember({ principal: both.arn, roles });
    const back = (as: typeof both, force: boolean) =>
      call(registry, 'rollbackModel', { model: first.model, reason: 'It was worse.', force }, { as });
    const refusal = {
      status: 409,
      body: { code: 'rollback.impossible', detail: expect.stringContaining(`needed by ${nameOf(by)} (production)`) },
    };

    expect(await back(both, false)).toMatchObject(refusal);
    expect(await back(tenant.keys.releaser, true)).toMatchObject(refusal);
    expect(await back(both, true)).toMatchObject({ status: 200, body: { archived: [next.version] } });
    const { items } = await tenant.reader.listEvents({ model: first.model, limit: 1 });
    expect(items).toMatchObject([{ data: { forced: true, dependents: [{ version: 1 }] } }]);
  });
});
