import { seeded } from '../store/faulty-table.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What goes wrong in a run, as chances from 0 to 1 for each call. */
const WORST = {
  /** The process dies before the call, or after it was done and before it has the answer. */
  diesBefore: 0.02,
  diesAfter: 0.02,
  /** The call never reaches the database. */
  crash: 0.05,
  /** The write is done, and its answer gets lost. */
  lostReply: 0.1,
  /** The database asks for patience, or another transaction is at work. */
  contention: 0.07,
  /** As contention; and this transaction is done after all, some time later. */
  late: 0.03,
  /** An index shows some items as they were lately. */
  staleIndex: 0.3,
  /** A call takes seconds. */
  slow: 0.03,
  /** The bus takes some entries of a call and not the others; takes none; or takes them and its answer gets lost. */
  busPartly: 0.3,
  busRefuses: 0.1,
  busLosesReply: 0.1,
  /** Whoever has a webhook answers that it cannot. */
  receiverFails: 0.2,
  /** A batch of the stream, an event of the bus or a message of a queue comes twice. */
  twice: 0.15,
} as const;
export type Trouble = keyof typeof WORST;
const TROUBLES = Object.keys(WORST) as Trouble[];

/** From one offset in milliseconds to another. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Everything that a seed decides: the same seed makes the same run. */
export interface Chaos {
  /** From 0 to 1. */
  readonly random: () => number;
  readonly between: (low: number, high: number) => number;
  readonly pick: <T>(all: readonly [T, ...T[]]) => T;
  readonly strikes: (trouble: Trouble) => boolean;
  /** There is no trouble at all. */
  readonly isHealthy: boolean;
  readonly chances: Readonly<Record<Trouble, number>>;
  /** Ends all trouble. */
  readonly calm: () => void;
  /** When clients are at work, as offsets from the start. */
  readonly bursts: readonly number[];
  /** While nothing takes what the stream has, and while nothing sweeps. */
  readonly streamDown: Period | undefined;
  readonly sweepDown: Period | undefined;
  /** Whether somebody has a webhook: not in each run, as deliveries are more work than all the rest. */
  readonly hasWebhook: boolean;
  /** How far the clock of each client is off. */
  readonly skewMs: number;
}

/** No trouble, and no work either. */
export const CALM: Chaos = {
  ...luckOf(seeded(1)),
  strikes: () => false,
  isHealthy: true,
  chances: Object.fromEntries(TROUBLES.map((trouble) => [trouble, 0])) as Record<Trouble, number>,
  calm: () => {},
  bursts: [],
  streamDown: undefined,
  sweepDown: undefined,
  hasWebhook: false,
  skewMs: 0,
};

function luckOf(random: () => number): Pick<Chaos, 'random' | 'between' | 'pick'> {
  return {
    random,
    between: (low, high) => low + random() * (high - low),
    pick: (all) => all[Math.floor(random() * all.length)] ?? all[0],
  };
}

/** Some seeds have no trouble at all, the others some kinds of it: what never meets in one run hides nothing. */
export function chaosOf(seed: number): Chaos {
  const random = seeded(seed * 7_919 + 1);
  // The first numbers of neighbours are alike.
  for (let times = 0; times < 8; times += 1) random();
  const luck = luckOf(random);
  const { between } = luck;
  const isHealthy = random() < 0.1;
  const chances = Object.fromEntries(
    TROUBLES.map((trouble) => [trouble, !isHealthy && random() < 0.6 ? WORST[trouble] : 0]),
  ) as Record<Trouble, number>;
  const gap = between(0, 1) < 0.5 ? between(SECOND, 10 * MINUTE) : between(HOUR, 9 * HOUR);
  const bursts = [0, gap, gap * 3].map(Math.round);
  const outage = isHealthy ? undefined : outageOf(random(), random);
  let isCalm = false;
  return {
    ...luck,
    strikes: (trouble) => chances[trouble] > 0 && !isCalm && random() < chances[trouble],
    isHealthy,
    chances,
    calm: () => {
      isCalm = true;
      for (const trouble of TROUBLES) chances[trouble] = 0;
    },
    bursts,
    streamDown: outage,
    sweepDown: outage && random() < 0.6 ? outage : undefined,
    hasWebhook: seed % 5 === 0,
    skewMs: random() < 0.5 ? 0 : between(0, 5 * MINUTE),
  };
}

/** A stream keeps its records for a day: after thirty hours the first of them are gone. */
function outageOf(kind: number, random: () => number): Period | undefined {
  const from = Math.round(random() * 2 * SECOND);
  if (kind < 0.1) return { from, to: from + 30 * HOUR };
  return kind < 0.4 ? { from, to: from + Math.round(random() * HOUR) } : undefined;
}
