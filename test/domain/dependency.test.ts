import { describe, expect, it } from 'vitest';
import type { Change } from '../../shared/domain/change.ts';
import { edgesOf, isNeededBy, listed, type Neighbour, type Ties, VersionRef } from '../../shared/domain/dependency.ts';
import { archive, promote } from '../../shared/domain/lifecycle.ts';
import { deleteModel } from '../../shared/domain/model.ts';
import { keepUsable, markNeeded, refsOf } from '../../shared/domain/needs.ts';
import { activeBehind, holds, holdsModel, neighbour } from '../../shared/domain/neighbours.ts';
import { rollback } from '../../shared/domain/rollback.ts';
import { isAtWork } from '../../shared/domain/ties.ts';
import { deleteVersion, type Version } from '../../shared/domain/version.ts';
import { ACME, aModel, aName, aNumber, anOccasion, aVersion, decided, NOW, refusedIn } from '../support/builders.ts';

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

describe('what holds a version where it is', () => {
  const needed = VersionRef.parse({ model: ID, version: 2 });
  const [edge] = edgesOf(aVersion({ needs: [needed] }));
  if (!edge) throw new Error('expected it to be there');

  it('is a version behind an edge that is in a stage, and says itself that it needs it', () => {
    const active = aVersion({ needs: [needed], stage: 'staging' });
    const another = aVersion({ needs: [{ ...needed, version: aNumber(1) }], stage: 'staging' });
    const idle = aVersion({ needs: [needed], stage: 'archived' });

    expect(activeBehind([edge, edge, edge, edge], [idle, active, another, undefined])).toEqual([active]);
  });

  it('is not the version that takes its place', () => {
    expect(holds(edge, undefined)).toBe(true);
    expect(holds(edge, { ...edge.by, version: aNumber(9) })).toBe(true);
    expect(holds(edge, edge.by)).toBe(false);
  });

  it('is, for a whole model, not one of its own versions', () => {
    expect(holdsModel(edge)).toBe(true);
    expect(holdsModel({ ...edge, by: { ...edge.by, model: edge.model } })).toBe(false);
  });

  it('is noted at the next revision, without an event', () => {
    const marked = { ...aVersion(), needed: true, revision: 2 };

    expect(markNeeded(aVersion())).toEqual({ result: marked, keep: [{ replace: marked }] });
  });
});

describe('a neighbour', () => {
  const version = aVersion({ stage: 'production' });
  const now = new Date(NOW);
  const roles = [{ role: 'reader' as const, models: 'fraud-*' }];
  const names = (name: string, deleted = false) => new Map([[version.model, { name: aName(name), deleted }]]);

  it('is visible to whoever may read its model', () => {
    const shown = ['fraud-detector', 'alarms'].map((name) => neighbour(version, names(name), { roles, now }).visible);

    expect(shown).toEqual([true, false]);
  });

  it.each<[string, boolean, Partial<Version>]>([
    ['is at work in a stage', true, {}],
    ['is not when it was deleted, whatever its stage', false, { state: 'deleted' }],
    ['is not in no stage', false, { stage: 'archived' }],
  ])('%s', (_, expected, over) => {
    expect(isAtWork(neighbour({ ...version, ...over }, names('alarms'), { roles, now }))).toBe(expected);
  });

  it('is not at work when its model was deleted', () => {
    for (const gone of [names('alarms', true), new Map()]) {
      expect(isAtWork(neighbour(version, gone, { roles, now }))).toBe(false);
    }
  });
});

describe('a dependency', () => {
  const model = aModel({ id: ID, name: 'alarms' });
  const dependsOn = [{ model: model.name, version: aNumber(2) }];
  const models = new Map([[model.name, model]]);
  const refs = refsOf(dependsOn, models, [{ role: 'reader', models: '*' }]);
  const now = new Date(NOW);
  const there = aVersion({ model: ID, number: 2 });

  it('is kept by the id of its model', () => {
    expect(keepUsable(dependsOn, refs, [there], now)).toEqual([{ model: ID, version: 2 }]);
  });

  it('has to be there, complete, and of a model that is there and that the caller may read', () => {
    const unreadable = refsOf(dependsOn, models, [{ role: 'admin', models: 'fraud-*' }]);
    const cases: [typeof refs, readonly Version[], string][] = [
      [unreadable, [], 'dependsOn[0].model: there is no model alarms.'],
      [refsOf(dependsOn, new Map(), [{ role: 'reader', models: '*' }]), [], 'there is no model alarms.'],
      [refs, [], 'dependsOn[0].version: alarms has no version 2.'],
      [refs, [{ ...there, state: 'deleted' }], 'alarms has no version 2.'],
      [refs, [{ ...there, state: 'uploading' }], 'alarms version 2 is uploading.'],
    ];
    for (const [found, versions, why] of cases) {
      expect(() => keepUsable(dependsOn, found, versions, now)).toThrow(why);
    }
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
