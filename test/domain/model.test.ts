import { describe, expect, it } from 'vitest';
import { createModel, deleteModel, isSelected, Model, renameModel, updateModel } from '../../shared/domain/model.ts';
import { ModelId } from '../../shared/domain/names.ts';
import { ACME, ANN, AT, aModel, aName, anOccasion, aPolicy, BEN, decided, headOf, NOW } from '../support/builders.ts';

const id = ModelId.parse('01JZ0000000000000000000001');
const input = { name: aName('iris'), description: 'Which iris it is.', tags: { team: 'botany' } };

describe('creating a model', () => {
  it('begins its chain and its numbers', () => {
    const change = decided(createModel(ACME, id, input, {}, anOccasion()));

    expect(change.head).toEqual({ create: change.result });
    expect(change.result).toEqual(
      aModel({ ...input, id, nextVersion: 1, seq: 0, createdAt: NOW, updatedAt: NOW, lastAt: NOW, revision: 1 }),
    );
    expect(change.event).toEqual({
      type: 'model.created',
      actor: { principal: ANN },
      data: { lifecycle: 'governed' },
    });
  });

  it('rests on the policy that gave it its lifecycle', () => {
    const policy = aPolicy({ document: { lifecycle: 'open' } });

    expect(decided(createModel(ACME, id, input, {}, anOccasion())).writes).toEqual([
      { absent: { kind: 'policy', tenant: ACME } },
      { create: { kind: 'name', tenant: ACME, model: id, name: input.name, revision: 1 } },
    ]);
    const change = decided(createModel(ACME, id, input, { policy }, anOccasion()));
    expect(change.writes).toContainEqual({ unchanged: policy });
    expect(change.result.lifecycle).toBe('open');
  });

  it('refuses more description and tags than can be kept with it', () => {
    const tags = Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`tag ${n}`, 'x'.repeat(5_000)]));
    expect(() => createModel(ACME, id, { ...input, tags }, {}, anOccasion())).toThrow(
      expect.objectContaining({ code: 'request.invalid', issues: [expect.objectContaining({ field: 'tags' })] }),
    );
  });
});

describe('a name that a model has already', () => {
  const existing = aModel({ name: 'iris' });
  it.each([
    ['is not given to a new model', () => createModel(ACME, id, input, { existing }, anOccasion())],
    ['is not given to another one', () => renameModel(aModel(), existing, aName('iris'), anOccasion())],
  ])('%s', (_, decide) => {
    expect(decide).toThrow(
      expect.objectContaining({ code: 'model.exists', message: 'There is a model iris already.' }),
    );
  });
});

describe('describing a model anew', () => {
  const model = aModel({ description: 'old', tags: { a: '1', b: '2' } });

  it('changes what is given and leaves the rest', () => {
    const change = decided(updateModel(model, { tags: { a: null, c: '3' } }, anOccasion()));

    expect(change.result).toEqual({ ...model, tags: { b: '2', c: '3' }, lastAt: NOW, updatedAt: NOW, revision: 8 });
    expect(change.head).toEqual({ replace: change.result });
    expect(change.event).toMatchObject({ type: 'model.updated', data: { fields: ['tags'] } });
  });

  it('tells of the fields that changed, and of no others', () => {
    const change = decided(updateModel(model, { description: '', tags: { a: '1' } }, anOccasion()));
    expect(change.event).toMatchObject({ data: { fields: ['description'] } });
  });

  it.each([{}, { description: 'old' }, { tags: { b: '2', z: null } }])(
    'is no change when it is so already: %j',
    (same) => {
      expect(updateModel(model, same, anOccasion())).toEqual({ result: model });
    },
  );

  it('refuses more tags than a model can have', () => {
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`tag ${n}`, '']));
    expect(() => updateModel(model, { tags: many }, anOccasion())).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        issues: [{ field: 'tags', message: 'expected at most 50 tags, got 51 with those that are there' }],
      }),
    );
    expect(
      Object.keys(decided(updateModel(model, { tags: { ...many, a: null } }, anOccasion())).result.tags),
    ).toHaveLength(50);
  });

  it('refuses what is too large together with what is there', () => {
    const tags = Object.fromEntries(Array.from({ length: 13 }, (_, n) => [`tag ${n}`, 'x'.repeat(4_900)]));
    expect(() => updateModel(aModel({ tags }), { description: 'x'.repeat(10_000) }, anOccasion())).toThrow(
      expect.objectContaining({ code: 'request.invalid' }),
    );
  });
});

describe('renaming a model', () => {
  it('moves the model and nothing else, whatever its size', () => {
    const change = decided(renameModel(aModel(), undefined, aName('card-fraud'), anOccasion()));

    expect(change.head).toEqual({
      create: aModel({ name: 'card-fraud', named: 2, lastAt: NOW, updatedAt: NOW, revision: 8 }),
    });
    const { tenant, id: model } = aModel();
    expect(change.writes).toEqual([
      { remove: aModel() },
      { replace: { kind: 'name', tenant, model, name: 'card-fraud', revision: 2 } },
    ]);
    expect(change.event).toMatchObject({
      type: 'model.renamed',
      data: { from: 'fraud-detector', to: 'card-fraud' },
    });
  });
});

describe('deleting a model', () => {
  it('leaves a grave with its history, and frees its name', () => {
    const change = decided(deleteModel(aModel(), { force: false, reason: 'Never used.' }, anOccasion({ by: BEN })));

    expect(change.head).toEqual({
      create: { ...aModel({ lastAt: NOW, updatedAt: NOW, revision: 8 }), kind: 'grave' },
    });
    const { tenant, id: model, name } = aModel();
    expect(change.writes).toEqual([
      { remove: aModel() },
      { remove: { kind: 'name', tenant, model, name, revision: 1 } },
    ]);
    expect(change.event).toEqual({
      type: 'model.deleted',
      actor: { principal: BEN },
      data: { forced: false, reason: 'Never used.', staging: [], production: [] },
    });
  });

  it.each([{ staging: [2] }, { production: [1] }])('is refused while %j, unless it is forced', (active) => {
    const model = aModel(active);

    expect(() => deleteModel(model, { force: false, reason: 'So what.' }, anOccasion())).toThrow(
      expect.objectContaining({ code: 'model.in_use' }),
    );
    const change = decided(deleteModel(model, { force: true, reason: 'Recalled.' }, anOccasion()));
    expect(change.event.data).toEqual({
      forced: true,
      reason: 'Recalled.',
      staging: model.staging,
      production: model.production,
    });
    expect(headOf(change)).toMatchObject({ kind: 'grave', ...active });
  });
});

describe('a listing of models', () => {
  const model = aModel({ tags: { team: 'payments', legacy: '' } });

  it.each([
    {},
    { contains: 'DETECT' },
    { tag: 'team' },
    { tag: 'team', tagValue: 'payments' },
    { tag: 'legacy', tagValue: '' },
    { contains: 'fraud', tag: 'legacy' },
  ])('shows it for %j', (filter) => {
    expect(isSelected(model, filter)).toBe(true);
  });

  it.each([
    { contains: 'churn' },
    { tag: 'toString' },
    { tag: 'Team' },
    { tag: 'team', tagValue: 'pay' },
    { tag: 'team', tagValue: '' },
    { contains: 'churn', tag: 'team' },
  ])('does not show it for %j', (filter) => {
    expect(isSelected(model, filter)).toBe(false);
  });
});

it('a model is stored as it is, and nothing of it is lost when it is read', () => {
  const model = aModel({ aliases: { champion: 2, constructor: 1 }, former: [1, 2], createdAt: AT });
  expect(Model.parse(JSON.parse(JSON.stringify(model)))).toEqual(model);
});
