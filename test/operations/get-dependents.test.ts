import { expect, it } from 'vitest';
import { everyItem } from '../../cli/paging.ts';
import { call } from '../support/call.ts';
import { anActiveOn, aVersionOn, nameOf } from '../support/dependent.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';

describeOperation('getDependents', (registry) => {
  it('shows what needs a version, directly and through others: how far away, through which, and where that is', async () => {
    const tenant = await aTenant(registry);
    const root = await aVersionOn(tenant);
    const direct = await anActiveOn(tenant, 'production', [root]);
    const through = await anActiveOn(tenant, 'staging', [direct]);
    await aVersionOn(tenant);

    expect(await tenant.reader.getDependents(root)).toEqual({
      items: [
        { ...direct, state: 'complete', stage: 'production', depth: 1, via: root },
        { ...through, state: 'complete', stage: 'staging', depth: 2, via: direct },
      ],
    });
    expect(await tenant.reader.getDependents(through)).toEqual({ items: [] });
  });

  it('goes no more steps than it is told', async () => {
    const tenant = await aTenant(registry);
    const chain = [await aVersionOn(tenant)];
    for (const _ of [1, 2, 3]) chain.push(await aVersionOn(tenant, chain.slice(-1)));
    const [root, ...others] = chain;
    const upTo = async (depth: number) => (await tenant.reader.getDependents({ ...root, depth } as never)).items;

    expect((await upTo(1)).map(nameOf)).toEqual(others.slice(0, 1).map(nameOf));
    expect((await upTo(2)).map(nameOf)).toEqual(others.slice(0, 2).map(nameOf));
    expect((await upTo(20)).map(nameOf)).toEqual(others.map(nameOf));
  });

  it('shows what is reached in several ways once, by the shortest, whatever the size of a page', async () => {
    const tenant = await aTenant(registry);
    const root = await aVersionOn(tenant);
    // Ten diamonds on top of each other: 1,024 ways to the last, and more of them through the shortcuts.
    let [left, right] = [await aVersionOn(tenant, [root]), await aVersionOn(tenant, [root])];
    const all = [left, right];
    for (let layer = 2; layer <= 10; layer += 1) {
      [left, right] = [await aVersionOn(tenant, [left, right]), await aVersionOn(tenant, [left, right, root])];
      all.push(left, right);
    }
    const whole = await tenant.reader.getDependents({ ...root, limit: 100 });

    expect(whole.items.map(nameOf).toSorted()).toEqual(all.map(nameOf).toSorted());
    expect(whole).not.toHaveProperty('cursor');
    const depths = whole.items.map(({ depth }) => depth);
    expect(depths).toEqual(depths.toSorted((a, b) => a - b));
    for (const limit of [1, 3, 7]) {
      const paged = await everyItem((from) => tenant.reader.getDependents({ ...root, limit, ...from }));
      expect(paged).toEqual(whole.items);
    }
  });

  it('answers a page that is asked for twice twice the same', async () => {
    const tenant = await aTenant(registry);
    const root = await aVersionOn(tenant);
    const middle = await aVersionOn(tenant, [root]);
    for (const _ of [1, 2, 3, 4]) await aVersionOn(tenant, [middle, root]);
    const first = await tenant.reader.getDependents({ ...root, limit: 2 });
    const cursor = String(first.cursor);
    const second = await tenant.reader.getDependents({ ...root, limit: 2, cursor });
    const again = await tenant.reader.getDependents({ ...root, limit: 2, cursor });

    expect(again.items).toEqual(second.items);
    const third = await tenant.reader.getDependents({ ...root, limit: 2, cursor: String(again.cursor) });
    expect([...first.items, ...second.items, ...third.items]).toHaveLength(5);
  });

  it('counts those of models that the caller may not read, and tells neither their names nor that they led further', async () => {
    const tenant = await aTenant(registry);
    const root = await aVersionOn(tenant);
    const secret = await aVersionOn(tenant, [root]);
    const open = await aVersionOn(tenant, [secret]);
    const limited = registry.stranger();
    const roles = [root, open].map(({ model }) => ({ role: 'reader' as const, models: model }));
    await tenant.admin.putMember({ principal: limited.arn, roles });
    const { status, body, text } = await call(registry, 'getDependents', root, { as: limited });

    expect(status).toBe(200);
    expect(body).toEqual({ items: [{ ...open, state: 'complete', stage: 'none', depth: 2 }], hidden: 1 });
    expect(text).not.toContain(secret.model);
  });

  it('shows a model by its present name, and a version that is deleted, or of a deleted model, as that', async () => {
    const tenant = await aTenant(registry);
    const root = await aVersionOn(tenant);
    const [renamed, deleted, gone] = [
      await aVersionOn(tenant, [root]),
      await aVersionOn(tenant, [root]),
      await aVersionOn(tenant, [root]),
    ];
    const to = aName('renamed');
    await tenant.publisher.renameModel({ model: renamed.model, to });
    await tenant.publisher.deleteVersion(deleted);
    await tenant.publisher.deleteModel({ model: gone.model });
    const { items } = await tenant.reader.getDependents(root);

    expect(items.map(({ model, state }) => `${model} ${state}`).toSorted()).toEqual(
      [`${to} complete`, `${deleted.model} deleted`, `${gone.model} deleted`].toSorted(),
    );
  });

  itEmbedded('believes no edge whose version says nothing of it', async () => {
    const tenant = await aTenant(registry);
    const root = await aVersionOn(tenant);
    const other = await aVersionOn(tenant);
    const { id } = await tenant.reader.getModel({ model: root.model });
    const { id: by } = await tenant.reader.getModel({ model: other.model });
    const edge = (version: number) => ({
      pk: `T#${tenant.id}#M#${id}`,
      sk: `DEP#00000001#${by}#0000000${version}`,
      ...{ kind: 'edge', tenant: tenant.id, model: id, version: 1, by: { model: by, version } },
    });
    // Of a registration that met a conflict, and of one that never came to be.
    await registry.table.putEach([edge(1), edge(2)]);

    expect(await tenant.reader.getDependents(root)).toEqual({ items: [] });
  });

  it('is 404 for a model or version that is not there, and 400 for what is no depth or another cursor', async () => {
    const tenant = await aTenant(registry);
    const root = await aVersionOn(tenant);
    const ask = (input: object) => call(registry, 'getDependents', { ...root, ...input }, { as: tenant.keys.reader });

    expect(await ask({ model: 'none' })).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
    expect(await ask({ version: 9 })).toMatchObject({ status: 404, body: { code: 'version.not_found' } });
    expect(await ask({ cursor: 'made-up' })).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
    for (const [field, value] of [
      ['depth', 0],
      ['depth', 21],
      ['depth', 1.5],
      ['limit', 0],
      ['version', 0],
    ] as const) {
      expect(await ask({ [field]: value })).toMatchObject({ status: 400, body: { issues: [{ field }] } });
    }
  });

  it('refuses a cursor once its name is that of another model', async () => {
    const tenant = await aTenant(registry);
    const root = await aVersionOn(tenant);
    for (const _ of [1, 2]) await aVersionOn(tenant, [root]);
    const { cursor } = await tenant.reader.getDependents({ ...root, limit: 1 });
    await tenant.publisher.renameModel({ model: root.model, to: aName('former') });
    await tenant.publisher.createModel({ model: root.model });
    await tenant.publisher.registerVersion({ model: root.model, source: 's3://elsewhere/model' });

    expect(
      await call(registry, 'getDependents', { ...root, limit: 1, cursor }, { as: tenant.keys.reader }),
    ).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });
});
