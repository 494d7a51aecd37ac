import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { aBeginning, START } from './beginning.ts';
import { type Chaos, chaosOf, type Period } from './chaos.ts';
import { type History, startPeople } from './clients.ts';
import {
  aWatch,
  faultsOfApprovals,
  faultsOfChains,
  faultsOfDeliveries,
  faultsOfEffects,
  type Watch,
} from './invariants.ts';
import { linearized } from './linearizable.ts';
import { MODELS, type ModelOfRun } from './people.ts';
import { publishes, retries, runOnSchedule, sweep } from './registry.ts';
import { aSchedule, type Schedule } from './schedule.ts';
import { newModel } from './specification.ts';
import { aStream } from './stream.ts';
import { aWorld } from './world.ts';

const MINUTE = 60_000;
/** Trouble goes on for so long after the last burst, and then everything works. */
const TROUBLED_MS = 2 * MINUTE;
/** So long after the end of all trouble everything has arrived (O4); what has not come after another hour is lost (O1). */
const LATE_MS = 15 * MINUTE;
const LOST_MS = 75 * MINUTE;

/** What a run came to. */
export interface Report {
  readonly seed: number;
  /** What must never be, and was. */
  readonly wrong: readonly string[];
  /** A digest of everything that happened. */
  readonly trace: string;
  readonly turns: number;
  readonly actions: number;
  /** How many actions nobody knows the outcome of. */
  readonly unknown: number;
  /** How many were committed, how many of them never arrived, and how often one arrived again. */
  readonly events: number;
  readonly lost: number;
  readonly copies: number;
  /** How many arrived at whoever has a webhook. */
  readonly received: number;
  /** From commit to arrival, of a run without trouble. */
  readonly lagsMs: readonly number[];
}

const beginning = await aBeginning();

/** One run: everything in it is decided by the seed. */
export async function simulate(seed: number): Promise<Report> {
  const chaos = chaosOf(seed);
  const schedule = aSchedule(START);
  const table = sqliteTable({ file: ':memory:' });
  await table.putEach(beginning.items);
  const watch = aWatch(beginning.items, () => schedule.now().getTime());
  const { memberships } = beginning;
  const world = aWorld({ chaos, schedule, table, bucket: beginning.bucket(), memberships, arrived: watch.hears });
  const stream = aStream(chaos, schedule, (records, life) => publishes(world, records, life));
  table.onCommit((written) => {
    watch.sees(written);
    stream.add(written);
  });
  void runOnSchedule(
    world,
    sweep(() => isWithin(chaos.sweepDown, schedule) || watch.outbox() === 0),
  );
  if (chaos.hasWebhook)
    void runOnSchedule(
      world,
      retries(() => watch.due() === 0),
    );
  const history: History = { free: [], voted: [], files: [] };
  let isDone = false;
  const people = startPeople(world, history).finally(() => {
    isDone = true;
  });
  const wrong = await toTheEnd(chaos, schedule, watch);
  if (isDone) await people;
  else wrong.push('somebody waits for ever');
  await table.close();

  for (const model of MODELS) wrong.push(...faultsOfHistory(model, history));
  if (chaos.hasWebhook) wrong.push(...faultsOfDeliveries(watch, world));
  wrong.push(...watch.wrong, ...faultsOfApprovals(watch), ...faultsOfEffects(watch), ...(await faultsOfChains(watch)));
  const all = Object.values(history).flat();
  const unknown = all.filter(({ answer }) => answer === undefined).length;
  if (chaos.isHealthy && unknown > 0) wrong.push(`${unknown} actions were not answered although nothing went wrong`);
  if (watch.outbox() > 0) wrong.push(`O1: ${watch.outbox()} events are still in the outbox`);
  return {
    seed,
    wrong,
    trace: schedule.trace(),
    turns: schedule.turns(),
    actions: all.length,
    unknown,
    events: watch.committed.size,
    lost: missing(watch).length,
    copies: watch.copies(),
    received: world.received.size,
    lagsMs: chaos.isHealthy ? lagsOf(watch) : [],
  };
}

/** Lets everything happen. Answers what did not arrive in time. */
async function toTheEnd(chaos: Chaos, schedule: Schedule, watch: Watch): Promise<string[]> {
  const troubled = Math.max(chaos.bursts.at(-1) ?? 0, chaos.streamDown?.to ?? 0) + TROUBLED_MS;
  await schedule.runUntil(after(troubled));
  chaos.calm();
  await schedule.runUntil(after(troubled + LATE_MS));
  const late = missing(watch).map((id) => `O4: ${id} had not arrived after ${LATE_MS / MINUTE} minutes`);
  await schedule.runUntil(after(troubled + LOST_MS));
  return [...late, ...missing(watch).map((id) => `O1: ${id} never reached the bus`)];
}

const after = (ms: number): Date => new Date(START.getTime() + ms);

function isWithin(period: Period | undefined, schedule: Schedule): boolean {
  const offset = schedule.now().getTime() - START.getTime();
  return period !== undefined && offset >= period.from && offset < period.to;
}

const missing = ({ committed, arrived }: Watch): string[] => [...committed.keys()].filter((id) => !arrived.has(id));

const lagsOf = ({ committed, arrived }: Watch): number[] =>
  [...committed].map(([id, { at }]) => (arrived.get(id) ?? Number.POSITIVE_INFINITY) - at);

function faultsOfHistory(model: ModelOfRun, history: History): string[] {
  const done = history[model];
  const order = linearized(newModel(model === 'voted' ? 2 : 1), done, model === 'voted');
  if (order === true) return [];
  const left = done.filter((one) => !order.includes(one) && one.answer !== undefined);
  const text = (one: unknown) => JSON.stringify(one);
  return [`C1: no order explains what ${model} answered: ${order.map(text).join(' ')} | ${left.map(text).join(' ')}`];
}
