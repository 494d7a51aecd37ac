import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

describeOperation('deleteAlias', (registry) => {
  it('deletes one alias, leaves the others and the version, and tells what it named', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    for (const alias of ['champion', 'Champion']) await tenant.releaser.setAlias({ model, version, alias });
    const before = await tenant.reader.getVersion({ model, version });
    const answer = await tenant.releaser.deleteAlias({ model, alias: 'champion' });

    expect(answer.aliases).toEqual({ Champion: version });
    expect(await tenant.reader.getModel({ model })).toEqual(answer);
    expect(await tenant.reader.getVersion({ model, version })).toEqual(before);
    const { items } = await tenant.reader.listEvents({ model, limit: 1 });
    expect(items).toMatchObject([{ type: 'alias.deleted', version, data: { alias: 'champion', from: version } }]);
  });

  it('leaves nothing to be found by the alias, until it is set anew', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const [former, version] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    const alias = 'champion';
    await tenant.releaser.setAlias({ model, version: former, alias });
    await tenant.releaser.deleteAlias({ model, alias });
    const gone = await call(registry, 'resolveVersion', { model, reference: '@champion' }, { as: tenant.keys.reader });

    expect(gone).toMatchObject({ status: 404, body: { code: 'alias.not_found' } });
    await tenant.releaser.setAlias({ model, version, alias });
    expect(await tenant.reader.resolveVersion({ model, reference: '@champion' })).toMatchObject({ version });
    const { items } = await tenant.reader.listEvents({ model, limit: 1 });
    expect(items[0]?.data).toEqual({ alias });
  });

  it('lets the version be deleted that it kept', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    await tenant.releaser.setAlias({ model, version, alias: 'champion' });
    await tenant.releaser.deleteAlias({ model, alias: 'champion' });

    expect(await tenant.publisher.deleteVersion({ model, version })).toMatchObject({ state: 'deleted' });
  });

  it.each(['shadow', 'CHAMPION', 'constructor', 'toString'])(
    'does not find the alias %s, which nobody set, and changes nothing',
    async (alias) => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      const version = await aVersionOf(tenant, model);
      await tenant.releaser.setAlias({ model, version, alias: 'champion' });
      const before = await tenant.reader.listEvents({ model });
      const answer = await call(registry, 'deleteAlias', { model, alias }, { as: tenant.keys.releaser });

      const detail = `${model} has no alias ${alias}.`;
      expect(answer).toMatchObject({ status: 404, body: { code: 'alias.not_found', detail } });
      expect(await tenant.reader.listEvents({ model })).toEqual(before);
      expect((await tenant.reader.getModel({ model })).aliases).toEqual({ champion: version });
    },
  );

  it('does not find a model that is not there', async () => {
    const { keys } = await aTenant(registry);
    const input = { model: aName('model'), alias: 'champion' };

    expect(await call(registry, 'deleteAlias', input, { as: keys.releaser })).toMatchObject({
      status: 404,
      body: { code: 'model.not_found' },
    });
  });
});
