import { describe, expect, it } from 'vitest';
import { aliased, deleteAlias, setAlias } from '../../shared/domain/alias.ts';
import { ANN, aModel, aNumber, anAlias, anOccasion, aVersion, decided, headOf, NOW } from '../support/builders.ts';

const champion = anAlias('champion');
const holding = (versions: number[]) => ({
  kind: 'holding',
  tenant: aModel().tenant,
  model: aModel().id,
  held: { alias: 'champion' },
  versions,
  at: NOW,
  seq: 8,
  actor: { principal: ANN },
});

describe('setting an alias', () => {
  it('makes it name a version that is there as it was read, and remembers since when', () => {
    const change = decided(setAlias(aModel(), champion, aVersion(), anOccasion()));

    expect(change.result).toEqual(aModel({ aliases: { champion: 3 }, lastAt: NOW, updatedAt: NOW, revision: 8 }));
    expect(change.head).toEqual({ replace: change.result });
    expect(change.writes).toEqual([{ unchanged: aVersion() }, { create: holding([3]) }]);
    expect(change.event).toEqual({
      type: 'alias.set',
      version: 3,
      actor: { principal: ANN },
      data: { alias: 'champion' },
    });
  });

  it('moves it from the version that it named before', () => {
    const model = aModel({ aliases: { champion: 2, shadow: 2 } });
    const change = decided(setAlias(model, champion, aVersion(), anOccasion()));

    expect(change.result.aliases).toEqual({ champion: 3, shadow: 2 });
    expect(change.event.data).toEqual({ alias: 'champion', from: 2 });
  });

  it('changes nothing when it names the version already', () => {
    const model = aModel({ aliases: { champion: 3 } });
    expect(setAlias(model, champion, aVersion(), anOccasion())).toEqual({ result: model });
  });

  it.each(['none', 'staging', 'production', 'archived'] as const)('may name a version in %s', (stage) => {
    expect(decided(setAlias(aModel(), champion, aVersion({ stage }), anOccasion())).result.aliases).toEqual({
      champion: 3,
    });
  });

  it.each(['uploading', 'abandoned', 'deleted'] as const)('never makes it name a version that is %s', (state) => {
    expect(() => setAlias(aModel(), champion, aVersion({ state }), anOccasion())).toThrow(
      expect.objectContaining({ code: 'version.incomplete' }),
    );
  });

  it('is refused for the 101st, and not for moving one of a hundred', () => {
    const aliases = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`alias-${n}`, 1]));
    const model = aModel({ aliases });

    expect(() => setAlias(model, champion, aVersion(), anOccasion())).toThrow(
      expect.objectContaining({ code: 'model.full' }),
    );
    expect(() => setAlias(model, anAlias('alias-7'), aVersion(), anOccasion())).not.toThrow();
  });
});

describe('deleting an alias', () => {
  it('leaves the others, and remembers until when it named what', () => {
    const model = aModel({ aliases: { champion: 3, shadow: 2 } });
    const change = decided(deleteAlias(model, champion, anOccasion()));

    expect(headOf(change)).toEqual(aModel({ aliases: { shadow: 2 }, lastAt: NOW, updatedAt: NOW, revision: 8 }));
    expect(change.writes).toEqual([{ create: holding([]) }]);
    expect(change.event).toMatchObject({ type: 'alias.deleted', version: 3, data: { alias: 'champion', from: 3 } });
  });

  it('is refused where there is none', () => {
    expect(() => deleteAlias(aModel(), champion, anOccasion())).toThrow(
      expect.objectContaining({ code: 'alias.not_found' }),
    );
  });
});

it('an alias is called what its caller likes, whatever objects are born with', () => {
  const born = anAlias('toString');

  expect(aliased(aModel(), born)).toBeUndefined();
  const model = decided(setAlias(aModel(), born, aVersion(), anOccasion())).result;
  expect(aliased(model, born)).toBe(aNumber(3));
  expect(decided(deleteAlias(model, born, anOccasion())).result.aliases).toEqual({});
});
