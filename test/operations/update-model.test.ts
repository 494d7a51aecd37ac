import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';

const numbered = (length: number) => Object.fromEntries(Array.from({ length }, (_, n) => [`tag ${n}`, `${n}`]));

async function aDescribedModel({ publisher }: TestTenant) {
  return publisher.createModel({ model: 'fraud', description: 'Before.', tags: { team: 'payments', legacy: 'yes' } });
}

describeOperation('updateModel', (registry) => {
  it('changes what is given, and leaves the rest', async () => {
    const tenant = await aTenant(registry);
    const created = await aDescribedModel(tenant);
    const updated = await tenant.publisher.updateModel({ model: 'fraud', description: 'After.' });

    expect(updated).toEqual({ ...created, description: 'After.', updatedAt: updated.updatedAt, revision: 2 });
    expect(updated.updatedAt >= created.updatedAt).toBe(true);
    expect(await tenant.reader.getModel({ model: 'fraud' })).toEqual(updated);
  });

  it('sets a tag with a text, removes it with null, and keeps those that are not named', async () => {
    const tenant = await aTenant(registry);
    await aDescribedModel(tenant);
    await tenant.publisher.updateModel({ model: 'fraud', tags: { legacy: null, region: 'eu', 'cost #1 %': '' } });
    const { description, tags } = await tenant.reader.getModel({ model: 'fraud' });

    expect(description).toBe('Before.');
    expect(tags).toEqual({ team: 'payments', region: 'eu', 'cost #1 %': '' });
  });

  it('removes the description with an empty one', async () => {
    const tenant = await aTenant(registry);
    await aDescribedModel(tenant);

    expect(await tenant.publisher.updateModel({ model: 'fraud', description: '' })).toMatchObject({ description: '' });
  });

  it('leaves an event that names the fields that changed, and no others', async () => {
    const tenant = await aTenant(registry);
    const { admin, publisher, keys } = tenant;
    const { id } = await aDescribedModel(tenant);
    await publisher.updateModel({ model: 'fraud', description: 'Before.', tags: { team: 'risk' } });
    await publisher.updateModel({ model: 'fraud', description: 'After.', tags: { team: null } });

    const common = { type: 'model.updated', actor: { principal: principalFrom(keys.publisher.arn) }, model: { id } };
    expect((await admin.listEvents({ model: 'fraud', order: 'ascending' })).items.slice(1)).toMatchObject([
      { ...common, seq: 2, data: { fields: ['tags'] } },
      { ...common, seq: 3, data: { fields: ['description', 'tags'] } },
    ]);
  });

  it.each([
    ['nothing is given', {}],
    ['everything is so already', { description: 'Before.', tags: { team: 'payments', legacy: 'yes' } }],
    ['a tag is removed that is not there', { tags: { absent: null } }],
  ])('writes nothing when %s', async (_, changes) => {
    const tenant = await aTenant(registry);
    const created = await aDescribedModel(tenant);

    expect(await tenant.publisher.updateModel({ model: 'fraud', ...changes })).toEqual(created);
    expect(await tenant.reader.getModel({ model: 'fraud' })).toEqual(created);
    expect((await tenant.admin.listEvents({ model: 'fraud' })).items).toHaveLength(1);
  });

  it('exchanges a tag of a model that has as many as it can', async () => {
    const { publisher, reader } = await aTenant(registry);
    await publisher.createModel({ model: 'fraud', tags: numbered(50) });
    await publisher.updateModel({ model: 'fraud', tags: { 'tag 0': null, another: 'x' } });

    const { 'tag 0': _, ...rest } = numbered(50);
    expect((await reader.getModel({ model: 'fraud' })).tags).toEqual({ ...rest, another: 'x' });
  });

  const LARGE = Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`large ${n}`, 'x'.repeat(4_800)]));

  it.each([
    [
      'more tags than a model can have',
      { tags: numbered(49) },
      'tags',
      'expected at most 50 tags, got 51 with those that are there',
    ],
    ['too much together', { tags: LARGE }, 'tags', expect.stringContaining('expected at most 65536 bytes')],
    ['a longer description', { description: 'x'.repeat(10_001) }, 'description', 'expected at most 10000 characters'],
    ['a longer tag', { tags: { team: 'x'.repeat(100_001) } }, 'tags.team', 'expected at most 100000 characters'],
    [
      'a longer name of a tag',
      { tags: { ['x'.repeat(251)]: '' } },
      `tags.${'x'.repeat(251)}`,
      'expected at most 250 characters',
    ],
  ])('refuses %s', async (_, changes, field, message) => {
    const tenant = await aTenant(registry);
    const created = await aDescribedModel(tenant);

    await expect(tenant.publisher.updateModel({ model: 'fraud', ...changes })).rejects.toMatchObject({
      status: 400,
      code: 'request.invalid',
      issues: [{ field, message }],
    });
    expect(await tenant.reader.getModel({ model: 'fraud' })).toEqual(created);
    expect((await tenant.admin.listEvents({ model: 'fraud' })).items).toHaveLength(1);
  });

  it('knows no model that is not there, and makes none', async () => {
    const { admin, publisher } = await aTenant(registry);
    const before = await admin.listEvents({ limit: 100 });

    await expect(publisher.updateModel({ model: 'fraud', description: 'Anew.' })).rejects.toMatchObject({
      status: 404,
      code: 'model.not_found',
      message: 'There is no model fraud.',
    });
    expect(await admin.listEvents({ limit: 100 })).toEqual(before);
  });

  it('loses none of several changes that are made at the same time', async () => {
    const { admin, publisher, reader } = await aTenant(registry);
    await publisher.createModel({ model: 'fraud' });
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map((name) => publisher.updateModel({ model: 'fraud', tags: { [name]: name } })));
    const { tags, revision } = await reader.getModel({ model: 'fraud' });

    expect({ tags, revision }).toEqual({ tags: { a: 'a', b: 'b', c: 'c', d: 'd' }, revision: 5 });
    expect((await admin.listEvents({ model: 'fraud' })).items.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
  });
});
