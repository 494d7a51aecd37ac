import { describe, expect, it } from 'vitest';
import { VersionRef } from '../../shared/domain/dependency.ts';
import type { Model } from '../../shared/domain/model.ts';
import { type RollbackInput, rollback, rollbackTarget } from '../../shared/domain/rollback.ts';
import { Failure } from '../../shared/errors.ts';
import {
  ANN,
  AT,
  aModel,
  aNumber,
  anOccasion,
  aVersion,
  decided,
  headOf,
  NOW,
  refusedIn,
} from '../support/builders.ts';

const input = (over: Partial<RollbackInput> = {}): RollbackInput => ({ steps: 1, reason: 'False alarms.', ...over });
const archived = (number: number) => aVersion({ number, stage: 'archived', releasedAt: AT });
const inProduction = (number: number) => aVersion({ number, stage: 'production', releasedAt: AT });

/** Rolls a model back as an endpoint does. */
function back(model: Model, over: Partial<RollbackInput> = {}) {
  const number = rollbackTarget(model, input(over));
  if (number instanceof Failure) throw number;
  const versions = { target: archived(number), leaving: model.production.map(inProduction) };
  return decided(rollback(model, versions, input(over), anOccasion()));
}

describe('rolling a model back', () => {
  const model = aModel({ production: [4], former: [1, 3, 2], nextVersion: 5 });

  it('puts the former production version back in place of the present one, in one change', () => {
    const change = back(model);

    expect(change.result).toMatchObject({ version: { number: 2, stage: 'production' }, archived: [4] });
    expect(change.writes).toEqual([
      { replace: { ...archived(2), stage: 'production', stageAt: NOW, updatedAt: NOW, revision: 2 } },
      { replace: { ...inProduction(4), stage: 'archived', stageAt: NOW, updatedAt: NOW, revision: 2 } },
      { create: expect.objectContaining({ held: { stage: 'production' }, versions: [2] }) },
    ]);
    expect(headOf(change)).toEqual({
      ...model,
      production: [2],
      lastProduction: 2,
      former: [1, 3],
      lastAt: NOW,
      updatedAt: NOW,
      revision: 8,
    });
    expect(change.event).toEqual({
      type: 'model.rolled_back',
      version: 2,
      actor: { principal: ANN },
      data: { restored: 2, archived: [4], reason: 'False alarms.' },
    });
  });

  it.each([
    [1, 2, [1, 3]],
    [2, 3, [1]],
    [3, 1, []],
  ])('%i steps restores version %i', (steps, restored, former) => {
    expect(headOf(back(model, { steps }))).toMatchObject({ production: [restored], former });
  });

  it('to a version restores that one, however far back it is', () => {
    expect(headOf(back(model, { version: aNumber(1) }))).toMatchObject({ production: [1], former: [] });
  });

  it('twice goes further back, and never forth to what was rolled back from', () => {
    const once = headOf(back(model));
    const twice = back(aModel({ ...once, kind: 'model' }));

    expect(headOf(twice)).toMatchObject({ production: [3], former: [1] });
  });

  it('that was a mistake is undone by naming the version that it took out', () => {
    const once = headOf(back(model));
    const undone = headOf(back(aModel({ ...once, kind: 'model' }), { version: aNumber(4) }));

    expect(undone).toMatchObject({ production: [4], former: [1, 3, 2] });
  });

  it('after its production version was archived restores that one', () => {
    expect(headOf(back(aModel({ production: [], former: [1, 2] })))).toMatchObject({ production: [2], former: [1] });
    expect(back(aModel({ production: [], former: [1, 2] })).event.data).toMatchObject({ archived: [] });
  });

  it('of an open lifecycle brings a version back that was taken down to staging', () => {
    const open = aModel({ lifecycle: 'open', staging: [2], production: [3], former: [2] });
    const versions = { target: aVersion({ number: 2, stage: 'staging', releasedAt: AT }), leaving: [inProduction(3)] };

    const change = decided(rollback(open, versions, input(), anOccasion()));
    expect(headOf(change)).toMatchObject({ staging: [], production: [2], former: [] });
  });

  it.each([
    ['is deleted meanwhile', { state: 'deleted', releasedAt: AT }, 'is deleted, and cannot be restored.'],
    ['has never been in production', {}, 'has never been in production.'],
  ] as const)('to a version that %s is refused and recorded', (_, over, detail) => {
    const target = aVersion({ number: 2, stage: 'archived', ...over });
    const change = refusedIn(rollback(model, { target, leaving: [inProduction(4)] }, input(), anOccasion()));

    expect(change.refusal).toMatchObject({
      code: 'rollback.impossible',
      message: `fraud-detector version 2 ${detail}`,
    });
    expect(change.writes).toEqual([]);
    expect(change.event).toMatchObject({
      type: 'transition.refused',
      version: 2,
      data: { action: 'rollback', to: 'production', code: 'rollback.impossible' },
    });
  });
});

describe('rule 5: under a governed lifecycle a rollback goes round no policy', () => {
  const model = aModel({ production: [4], former: [2], nextVersion: 5 });
  const leaving = [inProduction(4)];
  const to = (over: Parameters<typeof aVersion>[0], said: Partial<RollbackInput> = {}, of = model) =>
    rollback(of, { target: aVersion({ ...archived(2), ...over }), leaving }, input(said), anOccasion());

  it.each([
    ['in staging', { stage: 'staging' }, 'is in staging, and not archived', ['stage']],
    ['in none', { stage: 'none' }, 'is in none, and not archived', ['stage']],
    [
      'archived, and let in by no policy',
      { releasedUnder: 'open' },
      'came into production under an open lifecycle',
      ['lifecycle'],
    ],
    [
      'neither archived nor let in',
      { stage: 'staging', releasedUnder: 'open' },
      'is in staging',
      ['stage', 'lifecycle'],
    ],
  ] as const)('to what is %s: only an admin forces it, and the event says so', (_, over, why, overridden) => {
    for (const said of [{}, { force: true }, { isAdmin: true }]) {
      expect(refusedIn(to(over, said))).toMatchObject({
        refusal: { code: 'rollback.impossible', message: expect.stringContaining(why) },
        event: { type: 'transition.refused', data: { detail: expect.stringContaining(why) } },
      });
    }
    expect(decided(to(over, { force: true, isAdmin: true })).event.data).toMatchObject({ forced: true, overridden });
  });

  it.each([
    ['a policy let in', { releasedUnder: 'governed' }],
    ['was released before anybody noted how', {}],
  ] as const)('to what %s it needs nobody more', (_, over) => {
    const { event } = decided(to(over));
    expect(event.data).not.toHaveProperty('forced');
  });

  it('and under an open one it goes anywhere', () => {
    const open = aModel({ ...model, lifecycle: 'open' });
    expect(decided(to({ stage: 'staging', releasedUnder: 'open' }, {}, open)).event.data).not.toHaveProperty('forced');
  });
});

describe('what comes back although what it needs is nowhere in use', () => {
  const needed = { ref: VersionRef.parse({ model: aModel().id, version: 7 }), name: aModel().name, visible: true };
  const model = aModel({ production: [4], former: [2], nextVersion: 5 });

  it.each([
    ['archived', true],
    ['production', false],
  ] as const)('a dependency in %s: warned of and told is %s', (stage, isTold) => {
    const ties = { needs: [{ ...needed, state: 'complete' as const, stage }], dependents: [] };
    const restoring = { target: archived(2), leaving: [inProduction(4)], ties };
    const { result, event } = decided(rollback(model, restoring, input(), anOccasion()));

    expect(result.warnings?.map(({ kind }) => kind)).toEqual(isTold ? ['dependency'] : undefined);
    expect((event.data as { inactive?: unknown }).inactive).toEqual(isTold ? [needed.ref] : undefined);
  });
});

it.each([
  [['a.bin'], 'a.bin.'],
  [Array.from({ length: 11 }, (_, n) => `${n}`), '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and more.'],
])('a rollback to a version that has lost %j is refused, whoever forces it', (lost, listed) => {
  const restoring = { target: archived(2), leaving: [inProduction(3)], lost };
  const model = aModel({ production: [3], former: [2] });

  for (const over of [{}, { force: true, isAdmin: true }]) {
    expect(refusedIn(rollback(model, restoring, input(over), anOccasion())).refusal).toMatchObject({
      code: 'rollback.impossible',
      message: `fraud-detector version 2 has lost files, and cannot be restored: ${listed}`,
    });
  }
});

describe('a rollback is impossible', () => {
  it.each<[string, Parameters<typeof aModel>[0], Partial<RollbackInput>, string]>([
    ['without a former production version', {}, {}, 'cannot go back 1 production versions: it has no former one.'],
    ['beyond the first', { former: [1, 2] }, { steps: 3 }, 'cannot go back 3 production versions, only to 1, 2.'],
    [
      'to the version that is there',
      { production: [3] },
      { version: aNumber(3) },
      'has version 3 in production already.',
    ],
    [
      'while several are in production',
      { lifecycle: 'open', production: [2, 3], former: [1] },
      {},
      'has the versions 2, 3 in production: archive all but one first.',
    ],
  ])('%s', (_, over, where, detail) => {
    expect(rollbackTarget(aModel(over), input(where))).toEqual(
      expect.objectContaining({ code: 'rollback.impossible', message: `fraud-detector ${detail}` }),
    );
  });
});

describe('a dry run', () => {
  const model = aModel({ production: [4], former: [2], nextVersion: 5 });
  const restoring = { target: archived(2), leaving: [inProduction(4)] };
  const dry = { ...input(), dryRun: true };

  it('says what a rollback would do, of the model as it is, and writes nothing', () => {
    const change = rollback(model, restoring, dry, anOccasion());

    expect(change).toEqual({ result: { ...decided(rollback(model, restoring, input(), anOccasion())).result, model } });
    expect(change).toMatchObject({ result: { version: { number: 2, stage: 'production' }, archived: [4] } });
  });

  it.each([
    ['there is no target', new Failure('rollback.impossible', 'It has no former one.')],
    ['the target has never been in production', { ...restoring, target: aVersion({ number: 2 }) }],
  ])('is refused where %s, and the refusal is not recorded', (_, where) => {
    expect(() => rollback(model, where, dry, anOccasion())).toThrow(
      expect.objectContaining({ code: 'rollback.impossible' }),
    );
    expect(refusedIn(rollback(model, where, input(), anOccasion())).event.type).toBe('transition.refused');
  });
});
