import { fire, median, type Timing } from '../load.ts';
import type { Unsigned } from '../shots.ts';
import { type Workload, workloads } from './calls.ts';
import { type Side, type Sides, startSides } from './sides.ts';

/** So many times as many calls a second as MLflow's own server answers in the set-up that suits it best. */
const RATIO_MIN = 10;
const CLIENTS = [1, 8];
/** Rounds take turns, so that whatever else the machine does falls on all sides. */
const ROUNDS = 3;
const CALLS_EACH_ROUND = 48;

/** The registry beside MLflow's own server, at the calls that begin so. @returns the goals that were missed */
export async function compare(directory: string, beginning: string): Promise<string[]> {
  await using sides = await startSides(directory);
  const missed: string[] = [];
  console.log(`\n${heading}`);
  for (const workload of workloads.filter(({ name }) => name.startsWith(beginning))) {
    for (const clients of CLIENTS) {
      const { signet, best, setUp } = await measured(workload, clients, sides);
      const ratio = signet.perSecond / best.perSecond;
      console.log(row(workload.name, clients, signet, best, ratio, setUp));
      if (ratio < RATIO_MIN) missed.push(`${workload.name}, ${clients} clients: ${ratio.toFixed(1)} × MLflow`);
    }
  }
  return missed;
}

async function measured({ name, prepare, call }: Workload, clients: number, { signet, mlflow }: Sides) {
  const sides = [signet, ...mlflow];
  const each = Math.ceil(CALLS_EACH_ROUND / clients) & ~1;
  const rounds = new Map<Side, Timing[]>(sides.map((side) => [side, []]));
  const label = `${name.replaceAll(/\W+/g, '-')}-${clients}`;
  // One server has several sides: each works on models of its own.
  const models = (side: Side) =>
    Array.from({ length: clients }, (_, client) => `${label}-${sides.indexOf(side)}-${client}`);
  for (const side of sides) await send(side, models(side).map(prepare));

  // The first round warms all up, and does not count.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const side of sides) {
      const calls = models(side).map((model) =>
        Array.from({ length: each }, (_, index) => call(model, round * each + index)),
      );
      const timing = await send(side, calls);
      if (round > 0) rounds.get(side)?.push(timing);
    }
  }
  const timings = sides.map((side) => ({ setUp: side.name, timing: median(rounds.get(side) ?? []) }));
  const [of, ...others] = timings as [(typeof timings)[number], ...typeof timings];
  const [best] = others.toSorted((one, other) => other.timing.perSecond - one.timing.perSecond);
  if (!best) throw new Error('There is nothing to compare with.');
  return { signet: of.timing, best: best.timing, setUp: best.setUp };
}

/** Requests are made ready before the clock runs. */
async function send({ endpoint, keepAlive, ready }: Side, clients: readonly (readonly Unsigned[])[]): Promise<Timing> {
  const shots = await Promise.all(clients.map((calls) => Promise.all(calls.map(ready))));
  return fire(endpoint, shots, { keepAlive });
}

const columns = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(30) : cell.padStart(9))).join('');

const heading = columns(['call', 'clients', 'calls/s', 'p50 ms', 'p99 ms', 'MLflow/s', 'p50 ms', 'p99 ms', 'ratio']);

const row = (name: string, clients: number, signet: Timing, best: Timing, ratio: number, setUp: string): string =>
  `${columns([
    name,
    String(clients),
    ...[signet, best].flatMap(({ perSecond, p50, p99 }) => [perSecond.toFixed(0), p50.toFixed(2), p99.toFixed(2)]),
    `${ratio.toFixed(1)} ×`,
  ])}  ${setUp}`;
