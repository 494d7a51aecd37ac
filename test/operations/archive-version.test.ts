import { describe, expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { stateOf } from '../support/looking.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, anOpenModelOf, aVersionIn, aVersionOf, filesOf } from '../support/setting-up.ts';

type Active = 'staging' | 'production';

const DAYS = 86_400_000;

const actorOf = ({ keys }: TestTenant) => ({ principal: keys.releaser.arn.replace(/^arn:aws:iam::/, 'aws:') });

describeOperation('archiveVersion', (registry) => {
  it.each<[string, Active]>([
    ['governed', 'staging'],
    ['governed', 'production'],
    ['open', 'staging'],
    ['open', 'production'],
  ])('takes a version of a model whose lifecycle is %s out of %s, and nothing else', async (lifecycle, stage) => {
    const tenant = await aTenant(registry);
    const model = lifecycle === 'open' ? await anOpenModelOf(tenant) : await aModelOf(tenant);
    const other = await aVersionIn(tenant, model, stage === 'staging' ? 'production' : 'staging');
    const version = await aVersionIn(tenant, model, stage);
    const before = await stateOf(tenant, model);
    const answer = await tenant.releaser.archiveVersion({ model, version });

    expect(answer).toMatchObject({ version: { model, version, stage: 'archived' }, archived: [] });
    expect(await tenant.reader.getVersion({ model, version })).toEqual(answer.version);
    const { events, last, ...after } = await stateOf(tenant, model);
    expect(after).toEqual({
      revision: answer.revision,
      staging: stage === 'staging' ? [] : [other],
      production: stage === 'production' ? [] : [other],
      aliases: {},
    });
    expect(events.slice(1)).toEqual(before.events);
    expect(last).toMatchObject({ type: 'version.archived', version, actor: actorOf(tenant) });
    expect(last?.data).toEqual({ from: stage });
  });

  it('refuses a governed version that was never in a stage, saying what is possible, and records who tried', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const before = await stateOf(tenant, model);
    const answer = await call(registry, 'archiveVersion', { model, version }, { as: tenant.keys.releaser });
    const detail = `${model} version ${version} is in none: from there it may go to staging, not to archived.`;

    expect(answer).toMatchObject({ status: 409, body: { code: 'transition.refused', detail } });
    expect(await tenant.reader.getVersion({ model, version })).toMatchObject({ stage: 'none' });
    const { events, last } = await stateOf(tenant, model);
    expect(events.slice(1)).toEqual(before.events);
    expect(last).toMatchObject({ type: 'transition.refused', version, actor: actorOf(tenant) });
    expect(last?.data).toEqual({ action: 'archive', to: 'archived', code: 'transition.refused', detail });
  });

  it('archives a version that was never in a stage where the lifecycle is open', async () => {
    const tenant = await aTenant(registry);
    const model = await anOpenModelOf(tenant);
    const version = await aVersionOf(tenant, model);

    const answer = await tenant.releaser.archiveVersion({ model, version });
    expect(answer.version).toMatchObject({ stage: 'archived' });
    expect((await stateOf(tenant, model)).last?.data).toEqual({ from: 'none' });
  });

  it.each(['governed', 'open'])(
    'changes nothing of a version that is archived already, and leaves no event, where the lifecycle is %s',
    async (lifecycle) => {
      const tenant = await aTenant(registry);
      const model = lifecycle === 'open' ? await anOpenModelOf(tenant) : await aModelOf(tenant);
      const version = await aVersionIn(tenant, model, 'archived');
      const before = await stateOf(tenant, model);
      const answer = await tenant.releaser.archiveVersion({ model, version, reason: 'Once more.' });

      expect(answer).toMatchObject({ version: { stage: 'archived' }, archived: [], revision: before.revision });
      expect(await stateOf(tenant, model)).toEqual(before);
    },
  );

  it('keeps the reason in the event', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, 'production');
    const reason = 'Superseded – naïvely ☂.';
    await tenant.releaser.archiveVersion({ model, version, reason });

    expect((await stateOf(tenant, model)).last?.data).toEqual({ from: 'production', reason });
  });

  it('leaves production empty, and a rollback to go back to', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, 'production');
    await tenant.releaser.archiveVersion({ model, version });

    const nobody = await call(
      registry,
      'resolveVersion',
      { model, reference: 'production' },
      { as: tenant.keys.reader },
    );
    expect(nobody).toMatchObject({ status: 404, body: { code: 'stage.empty' } });
    const { version: restored } = await tenant.releaser.rollbackModel({ model, reason: 'Archived by mistake.' });
    expect(restored).toMatchObject({ version, stage: 'production' });
  });

  it('leaves aliases where they are', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, 'production');
    await tenant.releaser.setAlias({ model, version, alias: 'champion' });
    await tenant.releaser.archiveVersion({ model, version });

    expect(await tenant.reader.getModel({ model })).toMatchObject({ aliases: { champion: version } });
  });

  describe('refuses, and records it, a version that is', () => {
    itEmbedded.each([
      ['uploading', 0],
      ['abandoned', 8 * DAYS],
    ])('%s', async (state, later) => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      await tenant.publisher.registerVersion({ model, files: filesOf({ 'model.bin': aName('bytes') }) });
      registry.clock.advance(later);
      const answer = await call(registry, 'archiveVersion', { model, version: 1 }, { as: tenant.keys.releaser });
      const detail = `${model} version 1 is ${state}.`;

      expect(answer).toMatchObject({ status: 409, body: { code: 'version.incomplete', detail } });
      expect((await stateOf(tenant, model)).last).toMatchObject({
        type: 'transition.refused',
        data: { action: 'archive', code: 'version.incomplete', detail },
      });
    });
  });

  it('does not find a version that was deleted, or never was', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    await tenant.publisher.deleteVersion({ model, version });
    const before = await stateOf(tenant, model);

    for (const number of [version, 99]) {
      const answer = await call(registry, 'archiveVersion', { model, version: number }, { as: tenant.keys.releaser });
      const detail = `${model} has no version ${number}.`;
      expect(answer).toMatchObject({ status: 404, body: { code: 'version.not_found', detail } });
    }
    expect(await stateOf(tenant, model)).toEqual(before);
  });

  it('does not find a model that is not there', async () => {
    const { keys } = await aTenant(registry);
    const answer = await call(registry, 'archiveVersion', { model: aName('model'), version: 1 }, { as: keys.releaser });

    expect(answer).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
  });
});
