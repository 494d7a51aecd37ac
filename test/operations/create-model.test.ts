import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';
import { aVersionOf } from '../support/setting-up.ts';

const NAMES: readonly [what: string, name: string][] = [
  ['signs that mean something to URLs', 'a#b&c?d=e+f'],
  ['signs that signatures encode apart', "Iris v2 (final)!*~'"],
  ['spaces around', ' fraud '],
  ['characters of any script', '不正検知 🦄 fraud-détection'],
  ['quotes and backslashes', '"quoted" \'too\' \\ <b>'],
  ['nothing but dots', '...'],
  ['what every JavaScript object has', '__proto__'],
  ['250 characters', 'x'.repeat(250)],
  ['250 characters of four bytes each', '🦄'.repeat(250)],
];

const NAMES_WITH_PERCENT: typeof NAMES = [
  ['a percent sign', 'a%c'],
  ['what looks encoded', '%2F%2e%'],
  ['250 characters that keys escape', '%'.repeat(250)],
];

describeOperation('createModel', (registry) => {
  it('makes a model without versions, which getModel shows as it was answered', async () => {
    const { publisher, reader, keys } = await aTenant(registry);
    const described = { description: 'Scores card payments.\n\tNo others.', tags: { team: 'payments', 'a #%': '' } };
    const created = await publisher.createModel({ model: 'fraud', ...described });

    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      name: 'fraud',
      ...described,
      aliases: {},
      lifecycle: 'governed',
      staging: [],
      production: [],
      versions: 0,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      createdBy: principalFrom(keys.publisher.arn),
      updatedAt: created.createdAt,
      revision: 1,
    });
    expect(await reader.getModel({ model: 'fraud' })).toEqual(created);
  });

  it('needs no description and no tags', async () => {
    const { publisher } = await aTenant(registry);
    const { description, tags } = await publisher.createModel({ model: 'fraud' });

    expect({ description, tags }).toEqual({ description: '', tags: {} });
  });

  it('begins the history of the model with an event that says who made it', async () => {
    const { admin, publisher, keys, id: tenant } = await aTenant(registry);
    const { id, createdAt } = await publisher.createModel({ model: 'fraud' });

    expect((await admin.listEvents({ model: 'fraud' })).items).toMatchObject([
      {
        seq: 1,
        type: 'model.created',
        at: createdAt,
        tenant,
        actor: { principal: principalFrom(keys.publisher.arn) },
        model: { id, name: 'fraud' },
        data: { lifecycle: 'governed' },
        prevHash: '0'.repeat(64),
      },
    ]);
  });

  const takes = async (_: string, model: string) => {
    const tenant = await aTenant(registry);
    const { admin, publisher, releaser, reader } = tenant;
    const { id } = await publisher.createModel({ model });
    const version = await aVersionOf(tenant, model);
    await releaser.setAlias({ model, version, alias: 'champion' });

    expect(await reader.getModel({ model })).toMatchObject({ id, name: model, versions: 1 });
    expect((await reader.listModels({ prefix: model })).items).toMatchObject([{ id }]);
    expect((await reader.listModels({ contains: model })).items).toMatchObject([{ id }]);
    expect(await reader.getVersion({ model, version })).toMatchObject({ model, version });
    expect((await admin.listEvents({ model })).items).toHaveLength(3);
    expect(await admin.getPolicy({ model })).toMatchObject({ model });
    expect(await publisher.deleteModel({ model })).toMatchObject({ id, name: model });
  };
  it.each(NAMES)('takes a name with %s, wherever names are used', takes);
  itEmbedded.each(NAMES_WITH_PERCENT)('takes a name with %s, wherever names are used', takes);

  it.each([
    ['none', '', 'expected at least 1 character'],
    ['251 characters', '🦄'.repeat(251), 'expected at most 250 characters'],
    ['a slash', 'fraud/eu', 'expected no / and no :'],
    ['a colon', 'fraud:eu', 'expected no / and no :'],
    ['a control character', 'fraud\n', 'expected no control characters and no broken Unicode'],
    ['half a character', 'fraud\ud83e', 'expected no control characters and no broken Unicode'],
    ['another Unicode form than NFC', 'de\u0301tection', 'expected Unicode in NFC'],
    ['what clients take for a directory', '..', 'expected neither . nor ..'],
  ])('refuses a name with %s', async (_, model, message) => {
    const { admin, publisher } = await aTenant(registry);
    const before = await admin.listEvents({ limit: 100 });

    await expect(publisher.createModel({ model })).rejects.toMatchObject({
      status: 400,
      code: 'request.invalid',
      issues: [{ field: 'model', message }],
    });
    expect(await admin.listEvents({ limit: 100 })).toEqual(before);
  });

  it('takes descriptions and tags up to their limits', async () => {
    const { publisher, reader } = await aTenant(registry);
    const tags = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`tag ${n}`.padEnd(250, '.'), 'x'.repeat(700)]),
    );
    const described = {
      description: 'x'.repeat(10_000),
      tags: { ...tags, [Object.keys(tags)[0] ?? '']: 'x'.repeat(5_000) },
    };
    await publisher.createModel({ model: 'fraud', ...described });

    expect(await reader.getModel({ model: 'fraud' })).toMatchObject(described);
  });

  it.each([
    ['a longer description', { description: 'x'.repeat(10_001) }, 'description', 'expected at most 10000 characters'],
    [
      'a description with a bell',
      { description: '\u0007' },
      'description',
      'expected no control characters and no broken Unicode',
    ],
    [
      '51 tags',
      { tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`tag ${n}`, ''])) },
      'tags',
      'expected at most 50 tags',
    ],
    ['a longer tag', { tags: { team: 'x'.repeat(100_001) } }, 'tags.team', 'expected at most 100000 characters'],
    ['a tag without a name', { tags: { '': 'x' } }, 'tags.', 'expected at least 1 character'],
    [
      'more than 64 KiB of both together',
      { tags: Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`tag ${n}`, 'x'.repeat(4_800)])) },
      'tags',
      expect.stringContaining('expected at most 65536 bytes of tags, description together'),
    ],
  ])('refuses %s', async (_, described, field, message) => {
    const { admin, publisher } = await aTenant(registry);
    const before = await admin.listEvents({ limit: 100 });

    await expect(publisher.createModel({ model: 'fraud', ...described })).rejects.toMatchObject({
      status: 400,
      code: 'request.invalid',
      issues: [{ field, message }],
    });
    expect(await admin.listEvents({ limit: 100 })).toEqual(before);
  });

  it('refuses a tag that would change what every JavaScript object is', async () => {
    const { keys } = await aTenant(registry);
    const tags = JSON.parse('{ "constructor": "x" }');
    const answer = await call(registry, 'createModel', { model: 'fraud', tags }, { as: keys.publisher });

    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [{ field: 'tags.constructor' }] },
    });
  });

  it('refuses a name that is taken, and leaves the model that has it alone', async () => {
    const { admin, publisher, reader } = await aTenant(registry);
    const first = await publisher.createModel({ model: 'fraud', description: 'The first.' });
    const before = await admin.listEvents({ limit: 100 });

    await expect(publisher.createModel({ model: 'fraud', description: 'The second.' })).rejects.toMatchObject({
      status: 409,
      code: 'model.exists',
      message: 'There is a model fraud already.',
    });
    expect(await reader.getModel({ model: 'fraud' })).toEqual(first);
    expect(await admin.listEvents({ limit: 100 })).toEqual(before);
  });

  it('tells names apart that differ in case alone', async () => {
    const { publisher, reader } = await aTenant(registry);
    await publisher.createModel({ model: 'fraud' });
    await publisher.createModel({ model: 'Fraud' });

    expect((await reader.listModels({})).items.map(({ name }) => name)).toEqual(['Fraud', 'fraud']);
  });

  it('gives the same name to models of different tenants', async () => {
    const [one, other] = [await aTenant(registry), await aTenant(registry)];
    const ofOne = await one.publisher.createModel({ model: 'fraud' });
    const ofOther = await other.publisher.createModel({ model: 'fraud' });

    expect(ofOther.id).not.toBe(ofOne.id);
    expect(await one.reader.getModel({ model: 'fraud' })).toEqual(ofOne);
  });

  it('makes one model when several are made of one name at the same time', async () => {
    const { admin, publisher, reader } = await aTenant(registry);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, (_, n) => publisher.createModel({ model: 'fraud', description: `Number ${n}.` })),
    );
    const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));

    expect(made).toEqual([await reader.getModel({ model: 'fraud' })]);
    expect(refused).toMatchObject(Array(4).fill({ code: 'model.exists' }));
    expect((await admin.listEvents({ model: 'fraud' })).items).toHaveLength(1);
  });

  it('lets a publisher of some names make models of these names alone', async () => {
    const { admin, reader } = await aTenant(registry);
    const key = registry.stranger();
    await admin.putMember({ principal: key.arn, roles: [{ role: 'publisher', models: 'fraud-*' }] });
    await registry.client(key).createModel({ model: 'fraud-eu' });

    await expect(registry.client(key).createModel({ model: 'credit' })).rejects.toMatchObject({
      status: 403,
      code: 'caller.forbidden',
      message: 'This needs the role publisher on the model credit.',
    });
    expect((await reader.listModels({})).items).toMatchObject([{ name: 'fraud-eu' }]);
  });
});
