import { describe, expect, it } from 'vitest';
import type { Change } from '../../shared/domain/change.ts';
import { edgesOf, isNeededBy, listed, type Neighbour, type Ties, VersionRef } from '../../shared/domain/dependency.ts';
import { archive, promote } from '../../shared/domain/lifecycle.ts';
import { deleteModel } from '../../shared/domain/model.ts';
import { rollback } from '../../shared/domain/rollback.ts';
import { deleteVersion } from '../../shared/domain/version.ts';
import { ACME, aModel, aName, aNumber, anOccasion, aVersion, decided, refusedIn } from '../support/builders.ts';

const ID = '01JZ0000000000000000000009';
const usage = { kind: 'usage', tenant: ACME, revision: 4 } as const;

const aNeighbour = (over: Partial<Neighbour> = {}): Neighbour => ({
  ref: VersionRef.parse({ model: ID, version: 2 }),
  name: aName('alarms'),
  visible: true,
  state: 'complete',
  stage: 'production',
  ...over,
});
const tied: Ties = { needs: [], dependents: [aNeighbour()], counted: { replace: usage } };
const free: Ties = { needs: [], dependents: [], counted: { replace: usage } };
const inUse = aVersion({ stage: 'production', releasedAt: '2026-01-31T12:00:00.000Z' });
const model = aModel({ production: [3], former: [1], staging: [4] });

describe('rule 8: what an active version needs', () => {
  const why = 'is needed by alarms:2 (production)';

  it('is archived neither alone, nor by the promotion of the next, nor by a rollback', () => {
    const next = aVersion({ number: 4, stage: 'staging' });
    const former = aVersion({ number: 1, stage: 'archived', releasedAt: inUse.releasedAt });
    const reason = 'Worse.';
    const nothing = { policies: {}, approvals: [], champion: inUse, standings: [], leaving: [inUse] };
    const back = { target: former, leaving: [inUse], ties: tied };

    const changes = [
      archive(model, { version: inUse, ties: tied }, anOccasion()),
      rollback(model, back, { reason }, anOccasion()),
      rollback(model, back, { reason, force: true }, anOccasion()),
    ];
    for (const change of changes) expect(refusedIn(change).refusal.message).toContain(why);
    const { conditions } = refusedIn(
      promote(model, { version: next, to: 'production', ties: tied, ...nothing }, anOccasion()),
    ).refusal;
    expect(conditions).toContainEqual(expect.objectContaining({ kind: 'dependents', met: false }));
  });

  it('is not deleted, nor is its model', () => {
    const archived = aVersion({ stage: 'archived' });

    expect(() => deleteVersion(aModel(), archived, { ties: tied }, anOccasion())).toThrow(why);
    expect(() => deleteModel(aModel(), { force: false, ties: tied }, anOccasion())).toThrow(why);
  });

  it('goes when it is forced, which the event tells, with what needs it', () => {
    const dependents = [{ model: ID, version: 2 }];
    const changes: Change<unknown>[] = [
      archive(model, { version: inUse, ties: tied, force: true }, anOccasion()),
      deleteVersion(aModel(), aVersion(), { ties: tied, force: true, reason: 'Leaks.' }, anOccasion()),
      deleteModel(aModel(), { ties: tied, force: true, reason: 'Leaks.' }, anOccasion()),
    ];
    for (const change of changes) {
      expect(decided(change).event.data).toMatchObject({ forced: true, dependents });
      expect(decided(change).writes).toContainEqual({ replace: usage });
    }
  });

  it('is counted also where nothing active needs it: somebody may be about to', () => {
    expect(decided(archive(model, { version: inUse, ties: free }, anOccasion())).writes).toContainEqual({
      replace: usage,
    });
  });
});

describe('an edge', () => {
  const needs = [1, 2].map((version) => VersionRef.parse({ model: ID, version }));
  const version = aVersion({ needs });

  it('leads from each version that is needed to the one that needs it', () => {
    expect(edgesOf(version)).toEqual(
      needs.map((one) => ({ kind: 'edge', tenant: ACME, ...one, by: { model: version.model, version: 3 } })),
    );
  });

  it('is believed only of a version that says the same', () => {
    expect(needs.map((one) => isNeededBy(one, version))).toEqual([true, true]);
    expect(isNeededBy(VersionRef.parse({ model: ID, version: 3 }), version)).toBe(false);
  });
});

it.each<[string, Partial<Neighbour>[]]>([
  ['alarms:2 (production)', [{}]],
  ['alarms:2 (deleted)', [{ state: 'deleted' }]],
  ['alarms:2 (none), scorer:2 (staging)', [{ stage: 'none' }, { name: aName('scorer'), stage: 'staging' }]],
  ['alarms:2 (production) and more', [{}, { visible: false }]],
  ['a version of a model that you may not read', [{ visible: false }]],
  ['3 versions of models that you may not read', [{ visible: false }, { visible: false }, { visible: false }]],
  [
    `${Array.from({ length: 10 }, (_, n) => `alarms:${n + 1} (production)`).join(', ')} and more`,
    Array.from({ length: 11 }, (_, n) => ({ ref: { ...aNeighbour().ref, version: aNumber(n + 1) } })),
  ],
])('a sentence names: %s', (text, all) => {
  expect(listed(all.map((one) => aNeighbour(one)))).toBe(text);
});
