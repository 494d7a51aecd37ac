import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant } from '../support/registry.ts';
import { aModelOf, anUploadOf, aVersionIn, aVersionOf } from '../support/setting-up.ts';

describeOperation('resolveVersion', (registry) => {
  it.each(['2', '02', '00000002'])('finds a version by its number, written %s', async (reference) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    for (let n = 0; n < 2; n += 1) await aVersionOf(tenant, model);

    expect(await tenant.reader.resolveVersion({ model, reference })).toEqual(
      await tenant.reader.getVersion({ model, version: 2 }),
    );
  });

  it('finds an upload by its number, and says that it is one', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await anUploadOf(tenant, model, { 'model.bin': 'bytes' });

    expect(await tenant.reader.resolveVersion({ model, reference: '1' })).toMatchObject({ state: 'uploading' });
  });

  it('follows an alias wherever it goes', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const [old, young] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    const resolved = [];
    for (const version of [old, young, old]) {
      await tenant.releaser.setAlias({ model, alias: 'champion', version });
      resolved.push((await tenant.reader.resolveVersion({ model, reference: '@champion' })).version);
    }

    expect(resolved).toEqual([old, young, old]);
  });

  it('finds what is in production, and after a rollback what is there again', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const resolved = async () => (await tenant.reader.resolveVersion({ model, reference: 'production' })).version;
    const first = await aVersionIn(tenant, model, 'production');
    const second = await aVersionIn(tenant, model, 'production');
    const promoted = await resolved();
    await tenant.releaser.rollbackModel({ model, reason: 'It was worse.' });

    expect([promoted, await resolved()]).toEqual([second, first]);
  });

  it('of several versions in staging finds the one that entered it last, whatever its number', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const [first, second] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    for (const version of [second, first]) {
      await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
    }
    const latest = await tenant.reader.resolveVersion({ model, reference: 'staging' });
    await tenant.releaser.archiveVersion({ model, version: first });

    expect(latest).toMatchObject({ version: first, stage: 'staging' });
    expect(await tenant.reader.resolveVersion({ model, reference: 'staging' })).toMatchObject({ version: second });
  });

  it.each(['staging', 'production'] as const)('is 404 while nothing is in %s, or not any more', async (stage) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionOf(tenant, model);
    const ask = () => call(registry, 'resolveVersion', { model, reference: stage }, { as: tenant.keys.reader });
    const never = await ask();
    const version = await aVersionIn(tenant, model, stage);
    await tenant.releaser.archiveVersion({ model, version });

    for (const answer of [never, await ask()]) {
      expect(answer).toMatchObject({
        status: 404,
        body: { code: 'stage.empty', detail: `${model} has no version in ${stage}.` },
      });
    }
  });

  it.each(['@shadow', '@Champion', '@constructor', '@__proto__', '@production'])(
    'is 404 for the alias %s, which nobody set',
    async (reference) => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      const version = await aVersionIn(tenant, model, 'production');
      await tenant.releaser.setAlias({ model, alias: 'champion', version });
      const answer = await call(registry, 'resolveVersion', { model, reference }, { as: tenant.keys.reader });

      expect(answer).toMatchObject({
        status: 404,
        body: { code: 'alias.not_found', detail: `${model} has no alias ${reference.slice(1)}.` },
      });
    },
  );

  it('is 404 for an alias that was deleted', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.releaser.setAlias({ model, alias: 'champion', version: await aVersionOf(tenant, model) });
    await tenant.releaser.deleteAlias({ model, alias: 'champion' });
    const answer = await call(
      registry,
      'resolveVersion',
      { model, reference: '@champion' },
      { as: tenant.keys.reader },
    );

    expect(answer).toMatchObject({ status: 404, body: { code: 'alias.not_found' } });
  });

  it('is 404 for a number that is not there, and for that of a deleted version', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.publisher.deleteVersion({ model, version: await aVersionOf(tenant, model) });

    for (const reference of ['0', '1', '2', '99999999']) {
      const answer = await call(registry, 'resolveVersion', { model, reference }, { as: tenant.keys.reader });
      expect(answer).toMatchObject({
        status: 404,
        body: { code: 'version.not_found', detail: `${model} has no version ${reference}.` },
      });
    }
  });

  it.each([
    '',
    '@',
    'champion',
    'v3',
    '-1',
    '1.5',
    '1e1',
    ' 3',
    '100000000',
    'none',
    'archived',
    'latest',
    '@a/b',
    '@ä',
  ])('is 400 for %j, which no version can be called', async (reference) => {
    const { keys } = await aTenant(registry);
    const answer = await call(registry, 'resolveVersion', { model: 'any', reference }, { as: keys.reader });

    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: 'request.invalid',
        issues: [{ field: 'reference', message: 'expected 3, @champion, staging or production' }],
      },
    });
  });

  it('is 404 for a model that is not there', async () => {
    const { keys } = await aTenant(registry);
    const answer = await call(registry, 'resolveVersion', { model: 'nowhere', reference: '1' }, { as: keys.reader });

    expect(answer).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
  });
});
