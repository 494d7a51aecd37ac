import { expect, it } from 'vitest';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';
import { aVersionIn, aVersionOf } from '../support/setting-up.ts';

describeOperation('getModel', (registry) => {
  it('shows what became of a model: versions, stages, aliases', async () => {
    const tenant = await aTenant(registry);
    const { publisher, releaser, reader } = tenant;
    const created = await publisher.createModel({ model: 'fraud', description: 'Scores.', tags: { team: 'payments' } });
    const production = await aVersionIn(tenant, 'fraud', 'production');
    const staging = await aVersionIn(tenant, 'fraud', 'staging');
    const none = await aVersionOf(tenant, 'fraud');
    await releaser.setAlias({ model: 'fraud', version: production, alias: 'champion' });
    const last = await releaser.setAlias({ model: 'fraud', version: none, alias: 'challenger' });

    expect(await reader.getModel({ model: 'fraud' })).toEqual({
      ...created,
      aliases: { champion: production, challenger: none },
      staging: [staging],
      production: [production],
      versions: 3,
      updatedAt: last.updatedAt,
      revision: last.revision,
    });
  });

  it('counts a number that was used, though its version is deleted', async () => {
    const tenant = await aTenant(registry);
    await tenant.publisher.createModel({ model: 'fraud' });
    const version = await aVersionOf(tenant, 'fraud');
    await tenant.publisher.deleteVersion({ model: 'fraud', version });

    expect(await tenant.reader.getModel({ model: 'fraud' })).toMatchObject({ versions: 1 });
  });

  it('has another ETag after each change, and the same in between', async () => {
    const { publisher, keys } = await aTenant(registry);
    const etag = async () => (await registry.raw('GET', '/v1/models/fraud', { as: keys.reader })).headers.etag;
    await publisher.createModel({ model: 'fraud' });

    expect([await etag(), await etag()]).toEqual(['"1"', '"1"']);
    await publisher.updateModel({ model: 'fraud', description: 'Anew.' });
    expect(await etag()).toBe('"2"');
  });

  it('knows no model that was never made, is deleted, or has another name since', async () => {
    const { publisher, reader } = await aTenant(registry);
    const never = aName('model');
    await publisher.createModel({ model: 'deleted' });
    await publisher.deleteModel({ model: 'deleted' });
    await publisher.createModel({ model: 'former' });
    await publisher.renameModel({ model: 'former', to: 'present' });

    for (const model of [never, 'deleted', 'former']) {
      await expect(reader.getModel({ model })).rejects.toMatchObject({
        status: 404,
        code: 'model.not_found',
        message: `There is no model ${model}.`,
      });
    }
  });

  it('tells whoever may not read a name nothing of whether there is such a model', async () => {
    const { admin, publisher } = await aTenant(registry);
    const key = registry.stranger();
    await admin.putMember({ principal: key.arn, roles: [{ role: 'reader', models: 'fraud-*' }] });
    for (const model of ['fraud-eu', 'credit']) await publisher.createModel({ model });

    expect(await registry.client(key).getModel({ model: 'fraud-eu' })).toMatchObject({ name: 'fraud-eu' });
    for (const model of ['credit', 'absent']) {
      await expect(registry.client(key).getModel({ model })).rejects.toMatchObject({
        status: 403,
        code: 'caller.forbidden',
        message: `This needs the role reader on the model ${model}.`,
      });
    }
  });

  const refuses = async (_: string, name: string, field: string, message: unknown) => {
    const { keys } = await aTenant(registry);
    const answer = await registry.raw('GET', `/v1/models/${name}`, { as: keys.reader });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field, message }] } });
  };

  it.each([
    ['a colon', 'a:b', 'model', 'expected no / and no :'],
    ['a line feed', 'a%0Ab', 'model', 'expected no control characters and no broken Unicode'],
    ['another Unicode form than NFC', 'de%CC%81tection', 'model', 'expected Unicode in NFC'],
    ['a percent sign that encodes nothing', '100%', 'path', expect.stringContaining('percent sign')],
  ])('refuses a path with %s', refuses);

  itEmbedded.each([
    ['a slash', 'a%2Fb', 'model', 'expected no / and no :'],
    ['bytes that are no UTF-8', '%FF', 'path', expect.stringContaining('percent sign')],
  ])('refuses a path with %s', refuses);
});
