import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { stateOf } from '../support/looking.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf, aVersionIn, aVersionOf, filesOf } from '../support/setting-up.ts';

const DAYS = 86_400_000;

describeOperation('setAlias', (registry) => {
  it.each(['none', 'staging', 'production', 'archived'] as const)(
    'makes an alias name a version that is in %s, and changes nothing of the version',
    async (stage) => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      const version = stage === 'none' ? await aVersionOf(tenant, model) : await aVersionIn(tenant, model, stage);
      const before = await tenant.reader.getVersion({ model, version });
      const answer = await tenant.releaser.setAlias({ model, version, alias: 'champion' });

      expect(answer.aliases).toEqual({ champion: version });
      expect(await tenant.reader.getModel({ model })).toEqual(answer);
      expect(await tenant.reader.getVersion({ model, version })).toEqual(before);
      expect(await tenant.reader.resolveVersion({ model, reference: '@champion' })).toEqual(before);
      const { last } = await stateOf(tenant, model);
      expect(last).toMatchObject({ type: 'alias.set', version });
      expect(last?.data).toEqual({ alias: 'champion' });
    },
  );

  it('moves an alias, and tells from where', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const [former, version] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    await tenant.releaser.setAlias({ model, version: former, alias: 'champion' });
    await tenant.releaser.setAlias({ model, version: former, alias: 'shadow' });

    const { aliases } = await tenant.releaser.setAlias({ model, version, alias: 'champion' });
    expect(aliases).toEqual({ champion: version, shadow: former });
    const { last } = await stateOf(tenant, model);
    expect(last).toMatchObject({ type: 'alias.set', version });
    expect(last?.data).toEqual({ alias: 'champion', from: former });
  });

  it('changes nothing when the alias names the version already, and leaves no event', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const input = { model, version: await aVersionOf(tenant, model), alias: 'champion' };
    await tenant.releaser.setAlias(input);
    const before = await stateOf(tenant, model);

    expect(await tenant.releaser.setAlias(input)).toMatchObject({ revision: before.revision });
    expect(await stateOf(tenant, model)).toEqual(before);
  });

  it('tells upper from lower case', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const [one, other] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    await tenant.releaser.setAlias({ model, version: one, alias: 'champion' });
    await tenant.releaser.setAlias({ model, version: other, alias: 'Champion' });

    expect((await stateOf(tenant, model)).aliases).toEqual({ champion: one, Champion: other });
    expect(await tenant.reader.resolveVersion({ model, reference: '@Champion' })).toMatchObject({ version: other });
  });

  it.each(['constructor', 'toString', 'a.b', '-', '_', 'x'.repeat(100)])('takes the alias %s', async (alias) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    await tenant.releaser.setAlias({ model, version, alias });

    expect((await stateOf(tenant, model)).aliases).toEqual({ [alias]: version });
    expect(await tenant.reader.resolveVersion({ model, reference: `@${alias}` })).toMatchObject({ version });
  });

  it.each([
    ['x'.repeat(101), 'expected 1 to 100 of A-Z, a-z, 0-9, _, . and -'],
    ['größe', 'expected 1 to 100 of A-Z, a-z, 0-9, _, . and -'],
    ['7', 'expected something else than a version number'],
    ['V7', 'expected something else than a version number'],
    ['Production', 'expected something else than a stage, `latest` or `__proto__`'],
    ['latest', 'expected something else than a stage, `latest` or `__proto__`'],
    ['__proto__', 'expected something else than a stage, `latest` or `__proto__`'],
  ])('refuses the alias %s, which could mean something else', async (alias, message) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const before = await stateOf(tenant, model);
    const answer = await call(registry, 'setAlias', { model, version, alias }, { as: tenant.keys.releaser });

    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [{ field: 'alias', message }] },
    });
    expect(await stateOf(tenant, model)).toEqual(before);
  });

  it('gives a model 100 aliases and not the 101st, until one is deleted', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const [version, other] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    const set = (alias: string) => tenant.releaser.setAlias({ model, version, alias });
    for (let count = 0; count < 100; count += 1) await set(`alias-${count}`);
    const before = await stateOf(tenant, model);
    const input = { model, version, alias: 'one-more' };
    const answer = await call(registry, 'setAlias', input, { as: tenant.keys.releaser });

    const detail = `${model} has 100 aliases, and can have no more.`;
    expect(answer).toMatchObject({ status: 409, body: { code: 'model.full', detail } });
    expect(await stateOf(tenant, model)).toEqual(before);
    // One of the hundred can be moved.
    await tenant.releaser.setAlias({ model, version: other, alias: 'alias-7' });
    await tenant.releaser.deleteAlias({ model, alias: 'alias-8' });
    expect(Object.keys((await set('one-more')).aliases)).toHaveLength(100);
  });

  itEmbedded.each([
    ['uploading', 0],
    ['abandoned', 8 * DAYS],
  ])('refuses a version that is %s', async (state, later) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.publisher.registerVersion({ model, files: filesOf({ 'model.bin': aName('bytes') }) });
    registry.clock.advance(later);
    const before = await stateOf(tenant, model);
    const input = { model, version: 1, alias: 'champion' };
    const answer = await call(registry, 'setAlias', input, { as: tenant.keys.releaser });

    const detail = `${model} version 1 is ${state}.`;
    expect(answer).toMatchObject({ status: 409, body: { code: 'version.incomplete', detail } });
    expect(await stateOf(tenant, model)).toEqual(before);
  });

  it('keeps what an alias names from being deleted', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    await tenant.releaser.setAlias({ model, version, alias: 'champion' });
    const answer = await call(registry, 'deleteVersion', { model, version }, { as: tenant.keys.publisher });

    expect(answer).toMatchObject({ status: 409, body: { code: 'version.in_use' } });
  });

  it('never lets an alias name a version that is being deleted at once', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const answers = await Promise.all([
      call(registry, 'setAlias', { model, version, alias: 'champion' }, { as: tenant.keys.releaser }),
      call(registry, 'deleteVersion', { model, version }, { as: tenant.keys.publisher }),
    ]);

    const [set, deleted] = answers.map(({ status }) => status);
    expect([
      [200, 409],
      [404, 200],
    ]).toContainEqual([set, deleted]);
    expect((await stateOf(tenant, model)).aliases).toEqual(set === 200 ? { champion: version } : {});
  });

  it('does not find a version that was deleted, or never was, or a model that is not there', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    await tenant.publisher.deleteVersion({ model, version });
    const ask = async (input: { model: string; version: number }) => {
      const answer = await call(registry, 'setAlias', { ...input, alias: 'champion' }, { as: tenant.keys.releaser });
      return [answer.status, answer.body.code];
    };

    expect(await ask({ model, version })).toEqual([404, 'version.not_found']);
    expect(await ask({ model, version: 99 })).toEqual([404, 'version.not_found']);
    expect(await ask({ model: aName('model'), version: 1 })).toEqual([404, 'model.not_found']);
    expect((await stateOf(tenant, model)).aliases).toEqual({});
  });
});
