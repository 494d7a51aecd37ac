import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { percentile } from './load.ts';
import { type Publishing, startPublishing } from './publishing.ts';

/**
 * From the commit of an event to a receiver of webhooks, on one machine: how long it takes at several rates, whether a
 * tenant whose receiver is slow delays others, and whether memory stays as it is. The registry has a process of its own;
 * client and receiver share another, so that the times have a part of theirs in them.
 */
const RATES = [1, 50, 500];
const SECONDS = 20;

const TENANTS = 20;
const TENANTS_PER_SECOND = 100;
const ROUNDS = 4;
const SLOWER_MAX = 1.5;

const DELIVERIES = 100_000;
const DELIVERIES_PER_SECOND = 500;
const LOOKS = 20;
/** By how much the heap may grow with a hundred thousand deliveries: a hundred bytes for each. */
const GROWTH_MB_MAX = 10;

async function rates(directory: string): Promise<string[]> {
  await using publishing = await startPublishing(directory);
  const makers = [await publishing.tenant('one')];
  await publishing.publish({ makers, perSecond: 100, count: 500 });
  print('commit to receiver, ms', 'events', 'p50', 'p99', 'longest');
  for (const perSecond of RATES) {
    const ages = await publishing.publish({ makers, perSecond, count: perSecond * SECONDS });
    print(`${perSecond} events/s`, ages.length, ...[50, 99, 100].map((percent) => percentile(ages, percent)));
  }
  return [];
}

/** Two registries take turns, so that whatever else the machine does falls on both. */
async function oneIsSlow(directory: string): Promise<string[]> {
  await using none = await startPublishing(path.join(directory, 'none'));
  await using one = await startPublishing(path.join(directory, 'one'));
  const sides = [
    { publishing: none, makers: await tenants(none, TENANTS), slow: [], ages: [] as number[] },
    {
      publishing: one,
      makers: await tenants(one, TENANTS - 1),
      slow: [await one.tenant('slow', one.receiver.slowUrl)],
      ages: [] as number[],
    },
  ];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { publishing, ages, ...who } of sides) {
      const count = (TENANTS_PER_SECOND * SECONDS) / ROUNDS;
      const found = await publishing.publish({ ...who, perSecond: TENANTS_PER_SECOND, count });
      // The first round warms both up, and does not count.
      if (round > 0) ages.push(...found);
    }
  }
  const [alone = [], beside = []] = sides.map(({ ages }) => ages);
  print(`\n${TENANTS} tenants, ms`, 'events', 'p50', 'p99');
  print('all are quick', alone.length, percentile(alone, 50), percentile(alone, 99));
  print('the others, where one is slow', beside.length, percentile(beside, 50), percentile(beside, 99));
  const isSlower = percentile(beside, 99) > SLOWER_MAX * percentile(alone, 99);
  return isSlower ? [`one slow tenant: the p99 of others is more than ${SLOWER_MAX} × as long`] : [];
}

const tenants = (publishing: Publishing, count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => publishing.tenant(`tenant-${index}`)));

async function memory(directory: string): Promise<string[]> {
  await using publishing = await startPublishing(directory);
  const makers = [await publishing.tenant('one')];
  const heaps: number[] = [];
  print('\nmemory, MB', 'heap', 'resident', 'events/s');
  for (let look = 1; look <= LOOKS; look += 1) {
    const begun = performance.now();
    const count = DELIVERIES / LOOKS;
    await publishing.publish({ makers, perSecond: DELIVERIES_PER_SECOND, count });
    const perSecond = (1_000 * count) / (performance.now() - begun);
    const { heapUsed, rss } = await publishing.registry.memory();
    heaps.push(heapUsed / 1e6);
    print(`${look * count} deliveries`, (heapUsed / 1e6).toFixed(1), (rss / 1e6).toFixed(0), perSecond.toFixed(0));
  }
  const growth = LOOKS * slopeOf(heaps);
  print('growth of the heap', growth.toFixed(1));
  return growth > GROWTH_MB_MAX ? [`memory: the heap grows by ${growth.toFixed(1)} MB`] : [];
}

/** By how much values grow from one to the next: the line that is nearest to them. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const rise = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  return rise / values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
}

const print = (name: string, ...cells: readonly (string | number)[]): void =>
  console.log(name.padEnd(34) + cells.map((cell) => String(cell).padStart(11)).join(''));

const directory = await mkdtemp(path.join(tmpdir(), 'signet-events-'));
try {
  const missed: string[] = [];
  for (const measure of [rates, oneIsSlow, memory]) missed.push(...(await measure(path.join(directory, measure.name))));
  for (const line of missed) console.log(`missed: ${line}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
} finally {
  await rm(directory, { recursive: true, force: true });
}
