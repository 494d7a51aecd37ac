import { describe, expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { aNeededOne, anActiveOn, aVersionOn, nameOf } from '../support/dependent.ts';
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

  describe('rule 8: what an active version needs', () => {
    it.each(['staging', 'production'] as const)(
      'is not archived while the other is in %s, which is named, and the refusal is recorded',
      async (stage) => {
        const tenant = await aTenant(registry);
        const { needed, by } = await aNeededOne(tenant, stage);
        const { id } = await tenant.reader.getModel({ model: by.model });
        const answer = await call(registry, 'archiveVersion', needed, { as: tenant.keys.releaser });
        const detail = `${needed.model} version 1 is needed by ${nameOf(by)} (${stage}): archive what needs it first, or let an admin force it with a reason.`;

        expect(answer).toMatchObject({ status: 409, body: { code: 'transition.refused', detail } });
        expect(await tenant.reader.getVersion(needed)).toMatchObject({ stage: 'production' });
        expect((await stateOf(tenant, needed.model)).last).toMatchObject({
          type: 'transition.refused',
          data: { action: 'archive', detail: detail.replace(by.model, id) },
        });
      },
    );

    it('is archived when the other is in no stage yet, or no more, or deleted with its model', async () => {
      const tenant = await aTenant(registry);
      const needed = await anActiveOn(tenant, 'production');
      await aVersionOn(tenant, [needed]);
      await tenant.releaser.archiveVersion(await anActiveOn(tenant, 'staging', [needed]));
      const { model } = await anActiveOn(tenant, 'production', [needed]);
      await tenant.admin.deleteModel({ model, force: true, reason: 'Recalled.' });

      expect(await tenant.releaser.archiveVersion(needed)).toMatchObject({ version: { stage: 'archived' } });
    });

    it('is archived when an admin forces it with a reason, and the event says so and of whom', async () => {
      const tenant = await aTenant(registry);
      const { needed, by } = await aNeededOne(tenant);
      const { id } = await tenant.reader.getModel({ model: by.model });
      const ask = (as: typeof tenant.keys.admin, input: object) =>
        call(registry, 'archiveVersion', { ...needed, ...input }, { as });

      expect(await ask(tenant.keys.releaser, { force: true, reason: 'Leaks.' })).toMatchObject({ status: 403 });
      expect(await ask(tenant.keys.admin, { force: true })).toMatchObject({
        status: 400,
        body: { issues: [{ field: 'reason' }] },
      });
      expect(await ask(tenant.keys.admin, {})).toMatchObject({ status: 409 });
      expect(await ask(tenant.keys.admin, { force: true, reason: 'Leaks.' })).toMatchObject({ status: 200 });
      expect((await stateOf(tenant, needed.model)).last).toMatchObject({
        type: 'version.archived',
        data: { from: 'production', forced: true, reason: 'Leaks.', dependents: [{ model: id, version: 1 }] },
      });
    });

    it('tells the record of its refusal by ids: whoever reads that may not know what other models are called', async () => {
      const tenant = await aTenant(registry);
      const { needed, by } = await aNeededOne(tenant);
      const { id } = await tenant.reader.getModel({ model: by.model });
      const next = { model: needed.model, version: await aVersionIn(tenant, needed.model, 'staging') };
      const promotion = { ...next, stage: 'production' };
      const ask = async (name: 'archiveVersion' | 'promoteVersion', input: object) => {
        const { body } = await call(registry, name, input, { as: tenant.keys.releaser });
        return [body, (await stateOf(tenant, needed.model)).last] as const;
      };

      for (const [body, last] of [await ask('archiveVersion', needed), await ask('promoteVersion', promotion)]) {
        expect(body).toMatchObject({ code: 'transition.refused', detail: expect.stringContaining(nameOf(by)) });
        expect(last).toMatchObject({ type: 'transition.refused', data: { detail: expect.stringContaining(id) } });
        expect(JSON.stringify(last)).not.toContain(by.model);
      }
    });

    it('names ten of many, and none of models that the caller may not read', async () => {
      const tenant = await aTenant(registry);
      const needed = await anActiveOn(tenant, 'production');
      const all = [];
      for (let count = 0; count < 12; count += 1) all.push(await anActiveOn(tenant, 'staging', [needed]));
      const limited = registry.stranger();
      const roles = [{ role: 'releaser' as const, models: needed.model }];
      await tenant.admin.putMember({ principal: limited.arn, roles });
      const detailFor = async (as: typeof limited) =>
        String((await call(registry, 'archiveVersion', needed, { as })).body.detail);
      const [whole, less] = [await detailFor(tenant.keys.releaser), await detailFor(limited)];

      expect(all.filter((one) => whole.includes(nameOf(one)))).toHaveLength(10);
      expect(whole).toContain(' and more: ');
      expect(less).toContain('is needed by 11 versions of models that you may not read');
      expect(all.filter((one) => less.includes(one.model))).toEqual([]);
    });
  });
});
