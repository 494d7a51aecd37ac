import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../shared/errors.ts';
import { AT, anOccasion } from '../support/builders.ts';
import { decide } from './actions.ts';
import { Ledger } from './governance-rules.ts';
import { type Deed, govern, person, withTenantPolicy } from './governing.ts';
import { aWorld, Conflict, committed, type World } from './world.ts';

const RUNS = 600;
const REQUIRED = 2;
const PEOPLE = ['Ann', 'Bea', 'Cleo', 'Dan'];

const deed = fc.record({
  by: fc.constantFrom(...PEOPLE),
  version: fc.constant(1),
  turn: fc.integer({ min: 0, max: 9 }),
  do: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('request' as const, 'promote' as const) },
    { weight: 8, arbitrary: fc.constant('approve' as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'card' as const,
        'check' as const,
        'evaluate' as const,
        'policy' as const,
        'tenantPolicy' as const,
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom('reject' as const, 'withdraw' as const) },
  ),
});
const story = fc.array(fc.record({ deed, staleness: fc.constantFrom(0, 0, 1, 2, 3) }), {
  minLength: 20,
  maxLength: 40,
});

/** A version in staging that Ann registered, of a model that demands two votes. */
function begun(): World {
  const occasion = anOccasion({ now: AT, by: person('Ann') });
  const world = committed(
    aWorld('governed', occasion),
    decide(aWorld('governed', occasion), { do: 'registerExternal', number: 1 }, occasion),
  );
  const demanded = committed(
    world,
    govern(world, { do: 'policy', by: 'Ann', version: 1, turn: 0 }, '', REQUIRED, occasion),
  );
  return committed(demanded, govern(demanded, { do: 'stage', by: 'Ann', version: 1 }, '', REQUIRED, occasion));
}

/** Somebody decides on what they read a while ago, and writes now. */
function attempt(
  read: World,
  now: World,
  { do: what, by, turn, version }: Deed & { turn: number },
  step: number,
): World {
  if (what === 'tenantPolicy') return withTenantPolicy(now, step);
  const id = String(step).padStart(26, '0');
  try {
    const change = govern(read, { do: what, by, version, turn } as Deed, id, REQUIRED, anOccasion({ by: person(by) }));
    return committed(now, change);
  } catch (error) {
    if (error instanceof Conflict || error instanceof Failure) return now;
    throw error;
  }
}

describe(`in ${RUNS} interleavings of requests, votes, withdrawals and edits of card, checks and policies`, () => {
  it('rule 6 and rule 7: no version enters production on a vote that is stale, missing or its own', {
    timeout: 120_000,
  }, () => {
    let promotions = 0;
    fc.assert(
      fc.property(story, (steps) => {
        const ledger = new Ledger();
        const worlds = [begun()];
        for (const [index, { deed, staleness }] of steps.entries()) {
          const now = worlds.at(-1) ?? new Map();
          const after = attempt(worlds.at(-1 - staleness) ?? now, now, deed as Deed & { turn: number }, index + 1);
          ledger.follow(now, after, REQUIRED);
          worlds.push(after);
        }
        promotions += ledger.promotions;
      }),
      { numRuns: RUNS },
    );
    // Else nothing was shown.
    expect(promotions).toBeGreaterThan(RUNS / 20);
  });
});
