import { fire, median, type Timing } from './load.ts';
import { adminOf, startControl, startRegistry } from './servers.ts';
import { shooter } from './shots.ts';
import { type Workload, workloads } from './workloads.ts';

/** Half of the calls take at most so many times as long as those of the control. */
const RATIO_MAX = 4;
const CLIENTS = [1, 8];
/** Rounds take turns, so that whatever else the machine does falls on both sides. */
const ROUNDS = 5;
const CALLS_EACH_ROUND = 160;

/** The registry beside a bare server that runs the same SQLite statements. @returns the goals that were missed */
export async function compare(directory: string): Promise<string[]> {
  await using registry = await startRegistry(directory);
  await using control = await startControl(directory);
  const { endpoint, region } = registry.told;
  const { admin, client } = await adminOf(registry.told);
  // Files elsewhere and nobody's vote: what is measured is the way of a promotion, not that of its approval.
  const demands = { approvals: { production: { required: 0 } }, gates: { staging: [], production: [] } };
  await client.putPolicy({ policy: demands });
  const ready = shooter(endpoint, region, admin);
  const missed: string[] = [];

  console.log(heading);
  for (const workload of workloads) {
    for (const clients of CLIENTS) {
      const sides = { registry: endpoint, control: control.told.endpoint };
      const [of, control_] = await measured(workload, clients, sides, ready);
      console.log(row(workload.name, clients, of, control_));
      if (of.p50 > RATIO_MAX * control_.p50)
        missed.push(`${workload.name}, ${clients} clients: more than ${RATIO_MAX} × control`);
    }
  }
  return missed;
}

async function measured(
  { name, prepare, calls }: Workload,
  clients: number,
  { registry, control }: { readonly registry: string; readonly control: string },
  ready: ReturnType<typeof shooter>,
): Promise<[Timing, Timing]> {
  const models = Array.from({ length: clients }, (_, client) => `${name.split(' ')[0]}-${clients}-${client}`);
  const each = Math.ceil(CALLS_EACH_ROUND / clients) & ~1;
  const shots = (list: ReturnType<Workload['calls']>) => Promise.all(list.map(ready));
  const prepared = await Promise.all(models.map((model) => shots(prepare(model))));
  const all = await Promise.all(models.map((model) => shots(calls(model, each * (ROUNDS + 1)))));

  const rounds: [Timing[], Timing[]] = [[], []];
  for (const origin of [registry, control]) {
    await fire(origin, prepared);
    // The first round warms both up, and does not count.
    await fire(
      origin,
      all.map((one) => one.slice(0, each)),
    );
  }
  for (let round = 1; round <= ROUNDS; round += 1) {
    const slice = all.map((one) => one.slice(each * round, each * (round + 1)));
    rounds[0].push(await fire(registry, slice));
    rounds[1].push(await fire(control, slice));
  }
  return [median(rounds[0]), median(rounds[1])];
}

const columns = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(11))).join('');

const heading = columns([
  'operation',
  'clients',
  'calls/s',
  'p50 ms',
  'p99 ms',
  'control/s',
  'p50 ms',
  'p99 ms',
  'p50 ratio',
]);

const row = (name: string, clients: number, of: Timing, control: Timing): string =>
  columns([
    name,
    String(clients),
    ...[of, control].flatMap(({ perSecond, p50, p99 }) => [perSecond.toFixed(0), p50.toFixed(2), p99.toFixed(2)]),
    `${(of.p50 / control.p50).toFixed(2)} ×`,
  ]);
