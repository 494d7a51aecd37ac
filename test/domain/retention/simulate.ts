import { DAY_MS } from '../../../shared/domain/day.ts';
import { ARTIFACT_CLAUSES, type Clause } from '../../../shared/domain/retention/clauses.ts';
import {
  aHistory,
  carryOut,
  type Deed,
  doIt,
  type Intent,
  intentOf,
  later,
  START,
  someone,
  VERSIONS,
} from './century.ts';
import { violationsOf } from './oracle.ts';

/** What a run is made of, but for its seed. */
export interface Making {
  /** The clauses that decide. */
  readonly clauses?: Readonly<Record<string, Clause>>;
  /** What the transaction does not look at. */
  readonly blind?: string;
}

const STEPS = 60;
const DEEDS: readonly Deed['do'][] = [
  'stage', 'stage', 'release', 'release', 'back', 'archive', 'archive', 'delete',
  'alias', 'unalias', 'hold', 'unhold', 'unhold', 'depend', 'undepend', 'undepend', 'copy', 'uncopy', 'uncopy', 'longer', 'shorter',
]; // biome-ignore format: as many as they are likely

/** What came of a history of more than a year. */
export interface Outcome {
  readonly violations: readonly string[];
  readonly days: number;
  readonly done: Readonly<Record<Intent['kind'], number>>;
}

/**
 * A history of sixty things that people do, a week apart, between which retention looks at versions: with clocks that are
 * wrong by a day, with intents that are carried out late, twice, or never since the run died.
 */
export function simulate(random: () => number, { clauses = ARTIFACT_CLAUSES, blind }: Making = {}): Outcome {
  const history = aHistory();
  const waiting: Intent[] = [];
  const violations: string[] = [];
  const done = { archive: 0, abandon: 0, erase: 0 };
  let now = START;
  const skewed = () => now + (random() * 2 - 1) * DAY_MS;
  const finish = (intent: Intent) => {
    const found = violationsOf(history, intent);
    if (!carryOut(history, intent, blind)) return;
    violations.push(...found);
    done[intent.kind] += 1;
  };

  for (let step = 0; step < STEPS; step += 1) {
    now = later(now, random() * 14);
    const deed = DEEDS[Math.floor(random() * DEEDS.length)] ?? 'stage';
    const version = VERSIONS[Math.floor(random() * 3)] ?? 1;
    for (const number of VERSIONS) {
      if (random() < 0.5) continue;
      const intent = intentOf(history, number, new Date(skewed()), clauses);
      if (!intent) continue;
      const luck = random();
      if (luck < 0.6) finish(intent);
      if (luck > 0.5 && luck < 0.9) waiting.push(intent);
    }
    doIt(history, { do: deed, version } as Deed, someone(skewed()));
    while (waiting.length > 0 && random() < 0.7) finish(waiting.shift() as Intent);
  }
  return { violations, days: (now - START) / DAY_MS, done };
}
