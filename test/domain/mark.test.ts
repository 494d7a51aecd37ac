import { describe, expect, it } from 'vitest';
import { marksOf, traitDigest } from '../../shared/domain/mark.ts';
import { createModel, updateModel } from '../../shared/domain/model.ts';
import { registerExternal } from '../../shared/domain/registration.ts';
import { updateVersion } from '../../shared/domain/version.ts';
import { ACME, aModel, aName, anOccasion, aVersion } from '../support/builders.ts';

const said = { description: '', tags: { k: 'v' }, metrics: {}, lineage: { runId: 'run-1', datasets: [] }, needs: [] };
const occasion = anOccasion();

describe('marks', () => {
  it('are of every tag and the run of a version that is registered', () => {
    const model = aModel();
    const marks = marksOf(registerExternal(model, said, 's3://bucket/key', occasion));

    expect(marks).toEqual(
      [traitDigest(['version tag', 'k', 'v']), traitDigest(['run', 'run-1'])].map((trait) => ({
        kind: 'mark',
        tenant: ACME,
        trait,
        model: model.id,
        version: model.nextVersion,
      })),
    );
  });

  it('are of a model that is created, or gets other tags', () => {
    const { id } = aModel();
    const input = { name: aName('iris'), description: '', tags: { team: 'fraud' } };
    const trait = traitDigest(['model tag', 'team', 'fraud']);

    expect(marksOf(createModel(ACME, id, input, {}, occasion))).toMatchObject([{ trait, model: id }]);
    expect(marksOf(updateModel(aModel(), { tags: { team: 'fraud' } }, occasion))).toMatchObject([{ trait, model: id }]);
  });

  it('are not written where no tag changes', () => {
    expect(
      marksOf(updateVersion(aModel(), aVersion({ tags: { k: 'v' } }), { description: 'Anew.' }, occasion)),
    ).toEqual([]);
    expect(marksOf(updateModel(aModel({ tags: { k: 'v' } }), { description: 'Anew.' }, occasion))).toEqual([]);
  });
});
