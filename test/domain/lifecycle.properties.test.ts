import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventType } from '../../shared/domain/event.ts';
import { Failure } from '../../shared/errors.ts';
import { AT, anOccasion } from '../support/builders.ts';
import { type Action, anAction, decide } from './actions.ts';
import { RULES, type Step } from './rules.ts';
import { aWorld, Conflict, committed, eventsOf, modelOf, type World } from './world.ts';

/** One call: what it is about, how far the clock went since the last (some clocks go back), and how old what it read is. */
interface Call {
  readonly action: Action;
  readonly seconds: number;
  readonly staleness: number;
}

const aCall: fc.Arbitrary<Call> = fc.record({
  action: anAction,
  seconds: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 2, arbitrary: fc.integer({ min: -120, max: 0 }) },
    { weight: 1, arbitrary: fc.constant(8 * 86_400) },
  ),
  staleness: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
  ),
});
const story = fc.record({
  lifecycle: fc.constantFrom('governed' as const, 'open' as const),
  calls: fc.array(aCall, { minLength: 10, maxLength: 50, size: 'max' }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** A step, and whether it was decided on what had changed since. */
interface Told extends Step {
  readonly isStale: boolean;
}

/** Tells a story: every call is decided on the world that it read, however old, and decided anew after a conflict. */
function tell({ lifecycle, calls }: Story): Told[] {
  const worlds = [aWorld(lifecycle, anOccasion({ now: AT }))];
  let time = Date.parse(AT);
  return calls.flatMap(({ action, seconds, staleness }) => {
    time += seconds * 1_000;
    const occasion = anOccasion({ now: new Date(time).toISOString() });
    const before = worlds.at(-1) ?? new Map();
    const read = worlds.at(-1 - staleness) ?? before;
    const attempts = read === before ? [before] : [read, before];
    return attempts.map((seen) => {
      const after = attempt(seen, before, action, occasion);
      worlds.push(after);
      return { before, after, isStale: seen !== before };
    });
  });
}

/** The world after a call, whether or not it came to something. */
function attempt(read: World, world: World, action: Action, occasion: ReturnType<typeof anOccasion>): World {
  try {
    return committed(world, decide(read, action, occasion));
  } catch (error) {
    if (error instanceof Failure || error instanceof Conflict) return world;
    throw error;
  }
}

const HAPPENING: readonly EventType[] = [
  'policy.changed',
  'model.renamed',
  'version.registered',
  'version.completed',
  'version.updated',
  'version.deleted',
  'version.promoted',
  'version.archived',
  'model.rolled_back',
  'alias.set',
  'alias.deleted',
  'transition.refused',
];

const RUNS = 400;
const seed = Math.floor(Math.random() * 2 ** 31);
const tales = new Map<string, Told[]>();

/** The same stories for every rule: each is told once. */
function retold(one: Story): Told[] {
  const key = JSON.stringify(one);
  const tale = tales.get(key) ?? tell(one);
  tales.set(key, tale);
  return tale;
}

const always = (check: (step: Told) => void) =>
  fc.assert(
    fc.property(story, (one) => {
      for (const step of retold(one)) check(step);
    }),
    { numRuns: RUNS, seed },
  );

describe(`in ${RUNS} stories of up to 50 calls, some of which read what has changed since`, () => {
  it.each(Object.entries(RULES))('%s', (_, check) => {
    always(check);
  });

  it('what was decided on a world that has changed since is never written', () => {
    always(({ before, after, isStale }) => {
      if (isStale) expect(after).toBe(before);
    });
  });

  it('everything that can happen to a model does happen, often', () => {
    const tellings: Told[] = [];
    always((step) => tellings.push(step));
    const events = tellings.flatMap(({ before, after }) => (before === after ? [] : (eventsOf(after).at(-1) ?? [])));
    const often = (type: EventType) => events.filter((event) => event.type === type).length >= 50;

    expect(HAPPENING.filter((type) => !often(type))).toEqual([]);
    expect(events.filter(({ data }) => data['abandoned'] !== undefined).length).toBeGreaterThan(20);
    expect(tellings.filter(({ after }) => modelOf(after).production.length > 1).length).toBeGreaterThan(100);
    expect(tellings.filter(({ isStale }) => isStale).length).toBeGreaterThan(1_000);
  });
});
