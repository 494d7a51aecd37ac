import { describe, expect, it } from 'vitest';
import type { Sent } from '../../shared/contract/operations.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { stateOf } from '../support/looking.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { anErasedOne } from '../support/retention.ts';
import { aModelOf, anOpenModelOf, aVersionIn, aVersionOf, filesOf } from '../support/setting-up.ts';

/** `retired` is archived after it was in production. */
type Stage = 'none' | 'staging' | 'production' | 'archived' | 'retired';
type Target = 'staging' | 'production';

const DAYS = 86_400_000;

async function aVersionAt(tenant: TestTenant, model: string, stage: Stage): Promise<number> {
  if (stage === 'none') return aVersionOf(tenant, model);
  if (stage !== 'retired') return aVersionIn(tenant, model, stage);
  const version = await aVersionIn(tenant, model, 'production');
  await tenant.releaser.archiveVersion({ model, version });
  return version;
}

describeOperation('promoteVersion', (registry) => {
  describe('with a governed lifecycle', () => {
    it.each<[Stage, Target]>([
      ['none', 'staging'],
      ['staging', 'production'],
    ])('moves a version from %s to %s, and tells who did it', async (from, to) => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      const version = await aVersionAt(tenant, model, from);
      const answer = await tenant.releaser.promoteVersion({ model, version, stage: to });

      expect(answer).toMatchObject({ version: { model, version, stage: to }, archived: [] });
      expect(await tenant.reader.getVersion({ model, version })).toEqual(answer.version);
      expect(await stateOf(tenant, model)).toMatchObject({
        revision: answer.revision,
        staging: to === 'staging' ? [version] : [],
        production: to === 'production' ? [version] : [],
        last: { type: 'version.promoted', version, actor: actorOf(tenant), data: { from, to, archived: [] } },
      });
    });

    it.each<[Stage, Target, string]>([
      ['none', 'production', 'in none: from there it may go to staging, not to production.'],
      ['production', 'staging', 'in production: from there it may go to archived, not to staging.'],
      ['archived', 'staging', 'in archived: from there it goes nowhere any more, not to staging.'],
      ['archived', 'production', 'in archived: from there it goes nowhere any more, not to production.'],
      ['retired', 'staging', 'in archived: from there it comes back by rollbackModel alone, not to staging.'],
      ['retired', 'production', 'in archived: from there it comes back by rollbackModel alone, not to production.'],
    ])('refuses %s → %s, saying what is possible, and records who tried', async (from, to, why) => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      const version = await aVersionAt(tenant, model, from);
      const before = await stateOf(tenant, model);
      const answer = await call(
        registry,
        'promoteVersion',
        { model, version, stage: to },
        { as: tenant.keys.releaser },
      );
      const detail = `${model} version ${version} is ${why}`;

      expect(answer).toMatchObject({ status: 409, body: { code: 'transition.refused', detail } });
      const { last, staging, production, events } = await stateOf(tenant, model);
      expect({ staging, production }).toEqual({ staging: before.staging, production: before.production });
      expect(await tenant.reader.getVersion({ model, version })).toMatchObject({
        stage: from === 'retired' ? 'archived' : from,
      });
      expect(events.slice(1)).toEqual(before.events);
      expect(last).toMatchObject({ type: 'transition.refused', version, actor: actorOf(tenant) });
      const unmet = [expect.objectContaining({ kind: 'step' })];
      expect(last?.data).toEqual({ action: 'promote', to, code: 'transition.refused', detail, unmet });
    });

    it('records a refusal once, however often it is repeated under one Idempotency-Key', async () => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      const input = { model, version: await aVersionOf(tenant, model), stage: 'production' };
      const options = { as: tenant.keys.releaser, headers: { 'idempotency-key': aName('key') } };
      const { body: first } = await call(registry, 'promoteVersion', input, options);
      const { events } = await stateOf(tenant, model);
      const { status, body: again } = await call(registry, 'promoteVersion', input, options);

      expect({ status, ...again }).toEqual({ ...first, requestId: again.requestId });
      expect((await stateOf(tenant, model)).events).toEqual(events);
    });

    it('archives what was in production, in the same event, even if told not to', async () => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      const former = await aVersionIn(tenant, model, 'production');
      const version = await aVersionIn(tenant, model, 'staging');
      const before = await stateOf(tenant, model);
      const input = { model, version, stage: 'production', archiveFormer: false } as const;

      expect(await tenant.releaser.promoteVersion(input)).toMatchObject({ archived: [former] });
      expect(await tenant.reader.getVersion({ model, version: former })).toMatchObject({ stage: 'archived' });
      const { production, events, last } = await stateOf(tenant, model);
      expect(production).toEqual([version]);
      expect(events.slice(1)).toEqual(before.events);
      expect(last).toMatchObject({ version, data: { from: 'staging', to: 'production', archived: [former] } });
    });

    it('holds any number of versions in staging', async () => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      const versions = [await aVersionIn(tenant, model, 'staging'), await aVersionIn(tenant, model, 'staging')];

      expect(await stateOf(tenant, model)).toMatchObject({ staging: versions });
    });
  });

  describe('with an open lifecycle', () => {
    it.each<[Stage, Target]>([
      ['none', 'staging'],
      ['none', 'production'],
      ['staging', 'production'],
      ['production', 'staging'],
      ['archived', 'staging'],
      ['archived', 'production'],
    ])('moves a version from %s to %s', async (from, to) => {
      const tenant = await aTenant(registry);
      const model = await anOpenModelOf(tenant);
      const version = await aVersionAt(tenant, model, from);
      const answer = await tenant.releaser.promoteVersion({ model, version, stage: to });

      expect(answer.version).toMatchObject({ stage: to });
      expect(await stateOf(tenant, model)).toMatchObject({
        staging: to === 'staging' ? [version] : [],
        production: to === 'production' ? [version] : [],
        last: { type: 'version.promoted', data: { from, to } },
      });
    });

    it('leaves the others in production if told so, and archives all of them otherwise', async () => {
      const tenant = await aTenant(registry);
      const model = await anOpenModelOf(tenant);
      const enter = async (archiveFormer?: boolean) => {
        const input = { model, version: await aVersionOf(tenant, model), stage: 'production' } as const;
        return tenant.releaser.promoteVersion({ ...input, ...(archiveFormer !== undefined && { archiveFormer }) });
      };
      await enter();

      expect((await enter(false)).archived).toEqual([]);
      expect((await stateOf(tenant, model)).production).toEqual([1, 2]);
      expect((await enter()).archived).toEqual([1, 2]);
      expect((await stateOf(tenant, model)).production).toEqual([3]);
    });

    it('archives the others beside a version that is in production already', async () => {
      const tenant = await aTenant(registry);
      const model = await anOpenModelOf(tenant);
      for (const version of [await aVersionOf(tenant, model), await aVersionOf(tenant, model)]) {
        await tenant.releaser.promoteVersion({ model, version, stage: 'production', archiveFormer: false });
      }

      const { archived } = await tenant.releaser.promoteVersion({ model, version: 1, stage: 'production' });
      expect(archived).toEqual([2]);
      expect((await stateOf(tenant, model)).production).toEqual([1]);
    });

    it('holds 90 versions in production, refuses the 91st on the record, and archives all 90 for it at once', async () => {
      const tenant = await aTenant(registry);
      const model = await anOpenModelOf(tenant);
      const version = await fill(tenant, model, 'production');
      const input = { model, version, stage: 'production', archiveFormer: false } as const;

      await expectFull(tenant, model, input);
      const { archived } = await tenant.releaser.promoteVersion({ ...input, archiveFormer: true });
      expect(archived).toHaveLength(90);
      expect((await stateOf(tenant, model)).production).toEqual([version]);
    });
  });

  it.each(['governed', 'open'] as const)(
    'takes 90 versions into staging where the lifecycle is %s, and not the 91st',
    async (lifecycle) => {
      const tenant = await aTenant(registry);
      const model = lifecycle === 'open' ? await anOpenModelOf(tenant) : await aModelOf(tenant);
      const version = await fill(tenant, model, 'staging');
      await expectFull(tenant, model, { model, version, stage: 'staging' });

      // One that leaves makes room.
      await tenant.releaser.archiveVersion({ model, version: 1 });
      await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
      expect((await stateOf(tenant, model)).staging).toHaveLength(90);
    },
  );

  /** Brings 90 versions into a stage, and registers one more. */
  async function fill(tenant: TestTenant, model: string, stage: Target): Promise<number> {
    for (let count = 0; count < 90; count += 1) {
      const version = await aVersionOf(tenant, model);
      await tenant.releaser.promoteVersion({ model, version, stage, archiveFormer: false });
    }
    return aVersionOf(tenant, model);
  }

  async function expectFull(tenant: TestTenant, model: string, input: Sent<'promoteVersion'>) {
    const { stage, version } = input;
    const answer = await call(registry, 'promoteVersion', input, { as: tenant.keys.releaser });
    const detail = `${model} has 90 versions in ${stage}, and can have no more.`;
    expect(answer).toMatchObject({ status: 409, body: { code: 'model.full', detail } });
    const { last, [stage]: inStage } = await stateOf(tenant, model);
    expect(inStage).toHaveLength(90);
    expect(last).toMatchObject({
      type: 'transition.refused',
      version,
      data: { to: stage, code: 'model.full', detail },
    });
  }

  it.each<['governed' | 'open', Target]>([
    ['governed', 'staging'],
    ['governed', 'production'],
    ['open', 'staging'],
    ['open', 'production'],
  ])(
    'changes nothing where the lifecycle is %s and the version in %s already, and leaves no event',
    async (lifecycle, stage) => {
      const tenant = await aTenant(registry);
      const model = lifecycle === 'open' ? await anOpenModelOf(tenant) : await aModelOf(tenant);
      const version = await aVersionIn(tenant, model, stage);
      const before = await stateOf(tenant, model);
      const answer = await tenant.releaser.promoteVersion({ model, version, stage, reason: 'Once more.' });

      expect(answer).toMatchObject({ version: { version, stage }, archived: [], revision: before.revision });
      expect(await stateOf(tenant, model)).toEqual(before);
    },
  );

  it('keeps the reason in the event', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const reason = 'Naïve Bayes is beaten ☂ by 3 %.';
    await tenant.releaser.promoteVersion({ model, version, stage: 'staging', reason });

    const { last } = await stateOf(tenant, model);
    expect(last?.data).toEqual({ from: 'none', to: 'staging', archived: [], reason });
  });

  itEmbedded.each([
    ['uploading', 0],
    ['abandoned', 8 * DAYS],
  ])('refuses a version that is %s, and records it', async (state, later) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.publisher.registerVersion({ model, files: filesOf({ 'model.bin': aName('bytes') }) });
    registry.clock.advance(later);
    const input = { model, version: 1, stage: 'staging' };
    const answer = await call(registry, 'promoteVersion', input, { as: tenant.keys.releaser });
    const detail = `${model} version 1 is ${state}.`;

    expect(answer).toMatchObject({ status: 409, body: { code: 'version.incomplete', detail } });
    expect((await stateOf(tenant, model)).last).toMatchObject({
      type: 'transition.refused',
      data: { code: 'version.incomplete', detail },
    });
  });

  it('does not find a version that was deleted, or never was', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    await tenant.publisher.deleteVersion({ model, version });
    const before = await stateOf(tenant, model);

    for (const number of [version, 99]) {
      const input = { model, version: number, stage: 'staging' };
      const answer = await call(registry, 'promoteVersion', input, { as: tenant.keys.releaser });
      const detail = `${model} has no version ${number}.`;
      expect(answer).toMatchObject({ status: 404, body: { code: 'version.not_found', detail } });
    }
    expect(await stateOf(tenant, model)).toEqual(before);
  });

  it('does not find a model that is not there', async () => {
    const { keys } = await aTenant(registry);
    const input = { model: aName('model'), version: 1, stage: 'staging' };
    const answer = await call(registry, 'promoteVersion', input, { as: keys.releaser });

    expect(answer).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
  });

  it('lets one of two win that go to production at once, and archives the other', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const versions = [await aVersionIn(tenant, model, 'staging'), await aVersionIn(tenant, model, 'staging')];
    const move = (version: number) => tenant.releaser.promoteVersion({ model, version, stage: 'production' });
    const answers = await Promise.all(versions.map(move));

    const { production } = await stateOf(tenant, model);
    expect(answers.map(({ archived }) => archived.length).sort()).toEqual([0, 1]);
    expect(production).toHaveLength(1);
    expect([...production, ...answers.flatMap(({ archived }) => archived)].sort()).toEqual(versions);
  });

  itEmbedded('refuses a version whose files were deleted, in an open lifecycle too', async () => {
    const tenant = await aTenant(registry);
    const one = await anErasedOne(registry, tenant);
    await tenant.admin.putPolicy({ model: one.model, policy: { lifecycle: 'open' } });
    const input = { ...one, stage: 'staging' };

    expect(await call(registry, 'promoteVersion', input, { as: tenant.keys.releaser })).toMatchObject({
      status: 410,
      body: { code: 'artifact.deleted', conditions: [{ kind: 'files', met: false }] },
    });
  });
});

const actorOf = ({ keys }: TestTenant) => ({ principal: keys.releaser.arn.replace(/^arn:aws:iam::/, 'aws:') });
