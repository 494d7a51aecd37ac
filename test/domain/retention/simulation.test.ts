import { describe, expect, it } from 'vitest';
import { ARTIFACT_CLAUSES } from '../../../shared/domain/retention/clauses.ts';
import { seeded } from '../../store/faulty-table.ts';
import { type Making, simulate } from './simulate.ts';

const HISTORIES = 10_000;
const MUTANT_HISTORIES = 3_000;

/** The first seed whose history breaks a demand. */
function firstBroken(making: Making): number | undefined {
  for (let seed = 1; seed <= MUTANT_HISTORIES; seed += 1) {
    if (simulate(seeded(seed), making).violations.length > 0) return seed;
  }
  return undefined;
}

describe('R1: in ten thousand histories of a year', () => {
  it('retention never does what rule 12 forbids, and does much of the rest', { timeout: 300_000 }, () => {
    const done = { archive: 0, abandon: 0, erase: 0 };
    const broken: string[] = [];
    let shortest = Number.POSITIVE_INFINITY;
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      const outcome = simulate(seeded(seed));
      for (const kind of ['archive', 'abandon', 'erase'] as const) done[kind] += outcome.done[kind];
      if (outcome.violations.length > 0) broken.push(`seed ${seed}: ${outcome.violations[0]}`);
      shortest = Math.min(shortest, outcome.days);
    }

    expect(broken).toEqual([]);
    expect(shortest).toBeGreaterThan(250);
    expect(Math.min(...Object.values(done))).toBeGreaterThan(HISTORIES / 10);
  });
});

describe('R3: something fails without', () => {
  it.each(Object.keys(ARTIFACT_CLAUSES))('the clause %s', { timeout: 120_000 }, (name) => {
    const { [name as keyof typeof ARTIFACT_CLAUSES]: _, ...others } = ARTIFACT_CLAUSES;

    expect(firstBroken({ clauses: others })).toBeDefined();
  });

  it.each(['model', 'tenant', 'policy', 'usage'])(
    'the condition on the %s in the transaction',
    { timeout: 120_000 },
    (blind) => {
      expect(firstBroken({ blind })).toBeDefined();
    },
  );
});
