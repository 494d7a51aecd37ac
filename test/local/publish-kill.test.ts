import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { Client } from '../../shared/http/client.ts';
import { aDirectory } from '../support/directory.ts';
import { aName } from '../support/names.ts';
import { serving } from '../support/registry-process.ts';
import { chainsOf, expectUnbroken } from './kill/ledger.ts';

const KILLS = 30;
const WRITERS = 8;
const BUS = 'arn:aws:events:eu-west-1:444455556666:event-bus/models';

/** Makes models until the registry is gone. */
async function write(publisher: Client): Promise<void> {
  for (;;) await publisher.createModel({ model: aName('model') });
}

it(`O1: every event is on the bus at least once, and nothing else, when the registry is killed ${KILLS} times while it publishes`, {
  timeout: 300_000,
}, async () => {
  const directory = await aDirectory();
  const writers: Promise<unknown>[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const registry = await serving(directory);
    if (kill === 0) {
      const admin = await registry.as('admin');
      await admin.createSubscription({ bus: BUS, types: ['model.created'] });
      await vi.waitFor(async () => {
        expect((await admin.listSubscriptions({})).items).toMatchObject([{ state: 'connected' }]);
      }, WAIT);
    }
    const publisher = await registry.as('publisher');
    for (let writer = 0; writer < WRITERS; writer += 1) writers.push(write(publisher).catch(() => {}));
    await setTimeout(20 + Math.random() * 150);
    registry.child.kill('SIGKILL');
    await registry.ended;
  }
  await Promise.all(writers);

  const registry = await serving(directory);
  const chains = await chainsOf(await registry.as('admin'));
  for (const chain of chains) expectUnbroken(chain);
  const events = new Map(chains.flat().flatMap((event) => (event.type === 'model.created' ? [[event.id, event]] : [])));
  await vi.waitFor(async () => {
    const there = new Set((await onBus(directory)).map(({ id }) => id));
    expect([...events.keys()].filter((id) => !there.has(id))).toEqual([]);
  }, WAIT);

  expect(events.size).toBeGreaterThan(KILLS);
  for (const { id, detail } of await onBus(directory)) expect(detail).toEqual(events.get(id));
});

const WAIT = { timeout: 30_000, interval: 100 };

/** What is in the file that stands for the bus of another account. */
async function onBus(directory: string): Promise<{ readonly id: string; readonly detail: unknown }[]> {
  const text = await readFile(path.join(directory, 'buses', '444455556666', 'models.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
