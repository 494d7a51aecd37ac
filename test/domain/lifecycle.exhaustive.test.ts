import { describe, expect, it } from 'vitest';
import type { Stage } from '../../shared/domain/stage.ts';
import { Failure } from '../../shared/errors.ts';
import { AT, anOccasion } from '../support/builders.ts';
import { type Action, decide } from './actions.ts';
import { RULES, type Step } from './rules.ts';
import { aWorld, committed, modelOf, versionsOf, type World } from './world.ts';

const VERSIONS = [1, 2, 3];
const DEPTH = 6;
const occasion = anOccasion();

/** Everything that can be asked of the lifecycle of a model with three versions. */
const ACTIONS: readonly Action[] = [
  ...VERSIONS.flatMap((number): Action[] => [
    ...([true, false] as const).flatMap((archiveFormer): Action[] => [
      { do: 'promote', number, stage: 'staging', archiveFormer },
      { do: 'promote', number, stage: 'production', archiveFormer },
    ]),
    { do: 'archive', number },
    { do: 'rollbackTo', number },
    { do: 'delete', number },
  ]),
  ...VERSIONS.map((steps): Action => ({ do: 'rollback', number: 1, steps })),
  { do: 'govern', number: 1, lifecycle: 'governed' },
  { do: 'govern', number: 1, lifecycle: 'open' },
];

/** What tells two worlds apart as far as the lifecycle is concerned: not when, and not how often. */
function situation(world: World): string {
  const { lifecycle, staging, production, former } = modelOf(world);
  const versions = versionsOf(world).map(({ state, stage, releasedAt }) => [state, stage, releasedAt !== undefined]);
  return JSON.stringify({ lifecycle, staging, production, former, versions });
}

const threeVersions = VERSIONS.reduce(
  (world, number) => committed(world, decide(world, { do: 'registerExternal', number }, occasion)),
  aWorld('governed', anOccasion({ now: AT })),
);

function next(world: World, action: Action): World {
  try {
    return committed(world, decide(world, action, occasion));
  } catch (error) {
    if (error instanceof Failure) return world;
    throw error;
  }
}

/** Every step from every situation that six actions can lead to, by breadth. */
function explored(): { readonly situations: Map<string, World>; readonly steps: Step[] } {
  const situations = new Map([[situation(threeVersions), threeVersions]]);
  const steps: Step[] = [];
  let edge = [threeVersions];
  for (let depth = 0; depth < DEPTH; depth += 1) {
    const reached = edge.flatMap((before) => ACTIONS.map((action) => ({ before, after: next(before, action) })));
    steps.push(...reached);
    edge = [];
    for (const { after } of reached) {
      if (situations.has(situation(after))) continue;
      situations.set(situation(after), after);
      edge.push(after);
    }
  }
  return { situations, steps };
}

describe(`three versions, and all that ${DEPTH} actions can do to them`, () => {
  const { situations, steps } = explored();
  console.log(`${DEPTH} actions on 3 versions: ${situations.size} situations, ${steps.length} steps between them`);

  it.each(Object.entries(RULES))('%s', (_, check) => {
    for (const step of steps) check(step);
  });

  it('a governed version in staging can always enter production, and the one that was there leaves it', () => {
    const governed = [...situations.values()].filter((world) => modelOf(world).lifecycle === 'governed');
    const outcomes = governed.flatMap((world) =>
      modelOf(world).staging.map((number) => {
        const there = versionsOf(world).filter(({ state }) => state !== 'deleted').length;
        const back = versionsOf(world).filter(({ state, ...one }) => state !== 'deleted' && one.number > number).length;
        const after = next(world, {
          do: 'promote',
          number: 1 + (back % there),
          stage: 'production',
          archiveFormer: false,
        });
        return String(modelOf(after).production) === String(number);
      }),
    );
    expect(outcomes.length).toBeGreaterThan(100);
    expect(outcomes.filter((isThere) => !isThere)).toEqual([]);
  });

  /** Whether a policy let in what a rollback would bring back, or none is asked. */
  const isFree = (world: World, number: number | undefined, stage?: Stage) =>
    modelOf(world).lifecycle === 'open' ||
    versionsOf(world).some(
      (one) => one.number === number && one.releasedUnder === 'governed' && one.stage === (stage ?? one.stage),
    );

  it('a rollback restores what was in production last, wherever there is such a version and at most one to leave', () => {
    const able = [...situations.values()].filter((world) => {
      const { production, former } = modelOf(world);
      return former.length > 0 && production.length <= 1 && isFree(world, former.at(-1), 'archived');
    });
    const restored = able.map((world) => modelOf(next(world, { do: 'rollback', number: 1, steps: 1 })).production);

    expect(able.length).toBeGreaterThan(100);
    expect(restored).toEqual(able.map((world) => modelOf(world).former.slice(-1)));
  });

  it('a rollback that was a mistake is undone by naming what it took out of production', () => {
    const able = [...situations.values()].filter((world) => {
      const { production, former } = modelOf(world);
      return production.length === 1 && former.length > 0 && isFree(world, production[0]);
    });
    const undone = able.map((world) => {
      const [wrong = 0] = modelOf(world).production;
      const back = next(world, { do: 'rollback', number: 1, steps: 1 });
      const alive = versionsOf(back).filter(({ state, number }) => state !== 'deleted' && number >= wrong);
      return modelOf(next(back, { do: 'rollbackTo', number: alive.length }));
    });

    expect(able.length).toBeGreaterThan(50);
    expect(undone.map(({ production, former }) => ({ production, former }))).toEqual(
      able.map((world) => ({ production: modelOf(world).production, former: modelOf(world).former })),
    );
  });
});
