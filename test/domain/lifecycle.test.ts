import { describe, expect, it } from 'vitest';
import { momentOf } from '../../shared/domain/change.ts';
import { conditionsOf } from '../../shared/domain/conditions.ts';
import { NO_TIES } from '../../shared/domain/dependency.ts';
import { archive, isAllowed, leavingFor, promote } from '../../shared/domain/lifecycle.ts';
import { ACTIVE_MAX, type Model } from '../../shared/domain/model.ts';
import type { ActiveStage, Stage } from '../../shared/domain/stage.ts';
import type { Version } from '../../shared/domain/version.ts';
import {
  ANN,
  AT,
  aModel,
  aNumber,
  anOccasion,
  anUpload,
  aVersion,
  BEN,
  decided,
  headOf,
  LENIENTLY,
  NOW,
  refusedIn,
} from '../support/builders.ts';

const STAGES: readonly Stage[] = ['none', 'staging', 'production', 'archived'];
const LIFECYCLES = ['governed', 'open'] as const;

/** A model with version 3 in a stage, and version 1 in production when 3 is not. */
const modelWith = (stage: Stage, lifecycle: Model['lifecycle'] = 'governed') =>
  aModel({ lifecycle, production: stage === 'production' ? [3] : [1], staging: stage === 'staging' ? [3] : [] });

const one = aVersion({ number: 1, stage: 'production' });
const NOTHING_DEMANDED = { policies: LENIENTLY, approvals: [], champion: undefined, standings: [], ties: NO_TIES };

function move(model: Model, version: Version, to: ActiveStage | 'archived', archiveFormer = true) {
  if (to === 'archived') return archive(model, { version, ties: NO_TIES }, anOccasion());
  const leaving = leavingFor(model, version.number, { stage: to, archiveFormer }).map((number) => ({ ...one, number }));
  return promote(model, { version, to, leaving, ...NOTHING_DEMANDED }, anOccasion());
}

/** The five allowed steps of a governed version, without the one that only a rollback makes. */
const GOVERNED = ['none→staging', 'staging→production', 'staging→archived', 'production→archived'];
const every = LIFECYCLES.flatMap((lifecycle) =>
  STAGES.flatMap((from) => (['staging', 'production', 'archived'] as const).map((to) => ({ lifecycle, from, to }))),
);

describe('rule 5: a version moves along the steps of its lifecycle alone', () => {
  it.each(every.filter(({ from, to }) => from === to))(
    '$lifecycle $from → $to changes nothing',
    ({ lifecycle, from, to }) => {
      const version = aVersion({ stage: from });
      expect(move(modelWith(from, lifecycle), version, to)).toEqual({
        result: { model: modelWith(from, lifecycle), version, archived: [] },
      });
    },
  );

  const steps = every.filter(({ from, to }) => from !== to);
  const isAllowed = ({ lifecycle, from, to }: (typeof every)[number]) =>
    lifecycle === 'open' || GOVERNED.includes(`${from}→${to}`);

  it.each(steps.filter(isAllowed))('$lifecycle $from → $to happens', ({ lifecycle, from, to }) => {
    const change = decided(move(modelWith(from, lifecycle), aVersion({ stage: from }), to));

    const released = to === 'production' && { releasedAt: NOW, releasedUnder: lifecycle };
    expect(change.result.version).toEqual(
      aVersion({ stage: to, stageAt: NOW, ...released, updatedAt: NOW, revision: 2 }),
    );
    expect(change.writes).toContainEqual({ replace: change.result.version });
    expect(headOf(change)).toEqual(change.result.model);
  });

  it.each(steps.filter((step) => !isAllowed(step)))(
    '$lifecycle $from → $to is refused and recorded',
    ({ from, to }) => {
      const model = modelWith(from);
      const change = refusedIn(move(model, aVersion({ stage: from }), to));

      expect(change.refusal).toMatchObject({ code: 'transition.refused' });
      expect(change.writes).toEqual(to === 'archived' ? [] : [{ unchanged: LENIENTLY.ofTenant }]);
      expect(change.head).toEqual({ replace: { ...model, lastAt: NOW, revision: 8 } });
      expect(change.event).toEqual({
        type: 'transition.refused',
        version: 3,
        actor: { principal: ANN },
        data: {
          action: to === 'archived' ? 'archive' : 'promote',
          to,
          code: 'transition.refused',
          detail: change.refusal.message,
          ...(to !== 'archived' && { unmet: [expect.objectContaining({ kind: 'step' })] }),
        },
      });
    },
  );

  it.each([
    ['none', 'production', 'is in none: from there it may go to staging, not to production.'],
    ['production', 'staging', 'is in production: from there it may go to archived, not to staging.'],
    ['archived', 'production', 'is in archived: from there it goes nowhere any more, not to production.'],
    [
      'archived after a release',
      'production',
      'is in archived: from there it comes back by rollbackModel alone, not to production.',
    ],
  ] as const)('a refusal of %s → %s says what the version may do', (where, to, detail) => {
    const from = where === 'archived after a release' ? 'archived' : where;
    const version = aVersion({ stage: from, ...(where !== from && { releasedAt: AT }) });
    const { refusal } = refusedIn(move(modelWith(from), version, to));
    expect(refusal.message).toBe(`fraud-detector version 3 ${detail}`);
  });

  it.each(['uploading', 'abandoned', 'deleted'] as const)('a version that is %s goes nowhere', (state) => {
    for (const [lifecycle, to] of LIFECYCLES.flatMap((one) => [
      [one, 'staging'] as const,
      [one, 'archived'] as const,
    ])) {
      const { refusal, writes } = refusedIn(move(aModel({ lifecycle }), anUpload({ state }), to));
      const rests = lifecycle === 'governed' && to === 'staging' ? [{ unchanged: LENIENTLY.ofTenant }] : [];
      expect({ code: refusal.code, writes }).toEqual({ code: 'version.incomplete', writes: rests });
    }
  });
});

describe('promoting to production', () => {
  const staged = aVersion({ stage: 'staging' });
  const model = aModel({ staging: [2, 3], production: [1] });

  it('archives the version that was there in the same change, and remembers it for a rollback', () => {
    const move = { version: staged, to: 'production' as const, leaving: [one], reason: 'Better.', ...NOTHING_DEMANDED };
    const change = decided(promote(model, move, anOccasion({ by: BEN })));

    const archived = { ...one, stage: 'archived', stageAt: NOW, updatedAt: NOW, revision: 2 };
    expect(change.result.archived).toEqual([1]);
    expect(change.writes).toEqual([
      {
        replace: {
          ...staged,
          stage: 'production',
          stageAt: NOW,
          releasedAt: NOW,
          releasedUnder: 'governed',
          updatedAt: NOW,
          revision: 2,
        },
      },
      { replace: archived },
      { create: expect.objectContaining({ held: { stage: 'staging' }, versions: [2], at: NOW, seq: 8 }) },
      { create: expect.objectContaining({ held: { stage: 'production' }, versions: [3], at: NOW, seq: 8 }) },
      { unchanged: LENIENTLY.ofTenant },
    ]);
    expect(headOf(change)).toEqual(
      aModel({
        staging: [2],
        production: [3],
        lastProduction: 3,
        former: [1],
        lastAt: NOW,
        updatedAt: NOW,
        revision: 8,
      }),
    );
    expect(change.event).toEqual({
      type: 'version.promoted',
      version: 3,
      actor: { principal: BEN },
      data: { from: 'staging', to: 'production', archived: [1], reason: 'Better.' },
    });
  });

  it('of a governed model never leaves two there, whatever versions were loaded', () => {
    expect(() =>
      promote(model, { version: staged, to: 'production', leaving: [], ...NOTHING_DEMANDED }, anOccasion()),
    ).toThrow('fraud-detector would have the versions 1, 3 in production.');
  });

  it('into an empty one archives nothing', () => {
    const change = decided(move(aModel({ staging: [3] }), staged, 'production'));
    expect(change.event.data).toEqual({ from: 'staging', to: 'production', archived: [] });
    expect(headOf(change)).toMatchObject({ production: [3], former: [] });
  });
});

describe('a release', () => {
  it('is what a version remembers of its first time in production, whatever becomes of it', () => {
    const again = aVersion({ stage: 'archived', releasedAt: AT });
    const open = aModel({ lifecycle: 'open' });

    expect(decided(move(open, again, 'production')).result.version.releasedAt).toBe(AT);
    expect(decided(move(open, again, 'staging')).result.version.releasedAt).toBe(AT);
    expect(decided(move(open, aVersion(), 'staging')).result.version).not.toHaveProperty('releasedAt');
  });
});

describe('an open lifecycle', () => {
  const open = aModel({ lifecycle: 'open', production: [1] });

  it('lets several versions be in production when its caller wants so', () => {
    const change = decided(move(open, aVersion(), 'production', false));
    expect(headOf(change)).toMatchObject({ production: [1, 3], former: [] });
    expect(change.result.archived).toEqual([]);
  });

  it('archives the others unless told, those beside the version as well', () => {
    const beside = aModel({ lifecycle: 'open', production: [3, 1] });
    const change = decided(move(beside, aVersion({ stage: 'production' }), 'production'));

    expect(headOf(change)).toMatchObject({ production: [3], former: [1] });
    expect(change.event.data).toMatchObject({ from: 'production', archived: [1] });
  });

  it('takes a version down from production to staging, from where a rollback brings it back', () => {
    const change = decided(
      move(aModel({ lifecycle: 'open', production: [3] }), aVersion({ stage: 'production' }), 'staging'),
    );
    expect(headOf(change)).toMatchObject({ staging: [3], production: [], former: [3] });
  });

  it('takes a version that is in production again from where a rollback goes', () => {
    const before = aModel({ lifecycle: 'open', production: [1], former: [2, 3] });
    expect(headOf(decided(move(before, aVersion({ stage: 'archived' }), 'production')))).toMatchObject({
      production: [3],
      former: [2, 1],
    });
  });
});

describe('which versions leave production', () => {
  const entering = aNumber(3);

  it.each([
    ['governed', 'production', true, [1, 2]],
    ['governed', 'production', false, [1, 2]],
    ['open', 'production', true, [1, 2]],
    ['open', 'production', false, []],
    ['governed', 'staging', true, []],
    ['open', 'staging', true, []],
  ] as const)(
    'of a model that is %s, for one that enters %s (archiveFormer: %s): %j',
    (lifecycle, stage, archiveFormer, leaving) => {
      const model = aModel({ lifecycle, production: [1, 3, 2] });
      expect(leavingFor(model, entering, { stage, archiveFormer })).toEqual(leaving);
    },
  );
});

describe('a stage', () => {
  const full = Array.from({ length: 90 }, (_, n) => n + 10);

  it('holds 90 versions', () => {
    expect(headOf(decided(move(aModel({ staging: full.slice(1) }), aVersion(), 'staging')))).toMatchObject({
      staging: [...full.slice(1), 3],
    });
  });

  it('and refuses the 91st on the record', () => {
    const change = refusedIn(move(aModel({ staging: full }), aVersion(), 'staging'));
    expect(change.refusal).toMatchObject({ code: 'model.full' });
    expect(change.event.data).toMatchObject({ action: 'promote', to: 'staging', code: 'model.full' });
  });

  it('has room for a version for which others leave, in one transaction of 100 items', () => {
    const open = aModel({ lifecycle: 'open', production: full, nextVersion: 100 });

    expect(refusedIn(move(open, aVersion(), 'production', false)).refusal).toMatchObject({ code: 'model.full' });
    const change = decided(move(open, aVersion(), 'production'));
    expect(headOf(change)).toMatchObject({ production: [3] });
    const [head, event, reply] = [1, 1, 1];
    expect(change.writes.length + head + event + reply).toBeLessThanOrEqual(100);
  });

  it('that nothing enters or leaves gets no line in its history', () => {
    const change = decided(move(modelWith('none'), aVersion(), 'staging'));
    expect(change.writes.filter((write) => 'create' in write)).toEqual([
      { create: expect.objectContaining({ held: { stage: 'staging' } }) },
    ]);
  });
});

describe('archiving', () => {
  it('leaves production empty, and the version where a rollback goes', () => {
    const version = aVersion({ stage: 'production' });
    const change = decided(
      archive(modelWith('production'), { version, reason: 'Recalled.', ties: NO_TIES }, anOccasion()),
    );

    expect(headOf(change)).toMatchObject({ production: [], former: [3] });
    expect(change.event).toMatchObject({
      type: 'version.archived',
      version: 3,
      data: { from: 'production', reason: 'Recalled.' },
    });
  });

  it('from staging is no place for a rollback to go', () => {
    expect(headOf(decided(move(modelWith('staging'), aVersion({ stage: 'staging' }), 'archived')))).toMatchObject({
      staging: [],
      former: [],
    });
  });

  it('remembers the latest 50 of production', () => {
    const former = Array.from({ length: 50 }, (_, n) => n + 10);
    const model = aModel({ production: [3], former, nextVersion: 100 });
    expect(headOf(decided(move(model, aVersion({ stage: 'production' }), 'archived')))).toMatchObject({
      former: [...former.slice(1), 3],
    });
  });
});

describe('the moment of a change', () => {
  it('is that of the clock', () => {
    expect(momentOf({ lastAt: AT }, anOccasion())).toBe(NOW);
    expect(momentOf({ lastAt: NOW }, anOccasion())).toBe(NOW);
  });

  it('never goes back, whatever a clock says', () => {
    const late = '2026-02-01T12:00:00.001Z';
    expect(momentOf({ lastAt: late }, anOccasion())).toBe(late);
    expect(headOf(decided(move(aModel({ lastAt: late }), aVersion(), 'staging')))).toMatchObject({ lastAt: late });
  });
});

describe('what an explanation allows', () => {
  const entering = (model: Model, version: Version, to: ActiveStage = 'staging') => {
    const promotion = { version, to, leaving: [], ...NOTHING_DEMANDED };
    return {
      allowed: isAllowed(model, promotion, anOccasion()),
      conditions: conditionsOf(model, promotion, anOccasion().now),
    };
  };
  const others = (count: number) => Array.from({ length: count }, (_, place) => aNumber(place + 10));

  it.each(LIFECYCLES)('is no further version in staging where that is full: %s', (lifecycle) => {
    const { allowed, conditions } = entering(aModel({ lifecycle, staging: others(ACTIVE_MAX) }), aVersion());

    expect(allowed).toBe(false);
    expect(conditions.filter(({ met }) => !met)).toMatchObject([{ kind: 'room', found: String(ACTIVE_MAX) }]);
  });

  it('is the last one that there is room for, and one that is there already', () => {
    expect(entering(aModel({ staging: others(ACTIVE_MAX - 1) }), aVersion()).allowed).toBe(true);
    const there = aVersion({ stage: 'staging' });
    expect(entering(aModel({ staging: [...others(ACTIVE_MAX - 1), there.number] }), there).allowed).toBe(true);
  });
});
