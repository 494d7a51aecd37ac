import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type LocalQueues, localQueues } from '../../local/reactions/queues.ts';
import { startWorker } from '../../local/reactions/worker.ts';
import { type QueueName, reactions } from '../../shared/contract/reactions.ts';
import type { Services } from '../../shared/http/services.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { Message } from '../../shared/reactions/ports.ts';
import type { Reactor } from '../../shared/reactions/reaction.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { aClock } from '../support/clock.ts';
import { aName } from '../support/names.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'signet-queues-'));
afterAll(() => rmSync(directory, { recursive: true }));

const queue = 'onValidateVersion' as QueueName;
const clock = aClock();
let ids = 0;
const newId = () => String(++ids).padStart(8, '0');

const open = (file = path.join(directory, aName('queues'))) => {
  const table = sqliteTable({ file });
  return { file, table, queues: localQueues({ table, now: clock.now, newId }) };
};

/** A worker whose reaction is told here. */
async function working(queues: LocalQueues, react: (message: Message) => Promise<void>) {
  const log: LogEntry[] = [];
  const services = {
    now: clock.now,
    newId,
    log: (entry: LogEntry) => void log.push(entry),
  } as Partial<Services> as Services;
  const reaction = reactions[queue];
  const reactor: Extract<Reactor, { kind: 'queue' }> = { kind: 'queue', name: queue, reaction, react };
  const worker = await startWorker({ reactor, queues, services });
  return { log, close: () => worker.close() };
}

describe('a message in a queue', () => {
  it('arrives with what was sent, and is gone from the file then', async () => {
    const { table, queues } = open();
    const arrived: Message[] = [];
    const worker = await working(queues, async (message) => void arrived.push(message));

    await queues.send(queue, [{ body: { version: 3 }, group: 'acme' }]);

    await expect.poll(() => arrived).toEqual([{ id: expect.any(String), body: { version: 3 }, attempt: 1 }]);
    await expect.poll(() => queues.first(queue, 'acme', 10)).toEqual([]);
    await worker.close();
    await table.close();
  });

  it('waits in the file when the process ends before it is done, and arrives after the next start', async () => {
    const { file, table, queues } = open();
    await queues.send(queue, [
      { body: 'one', group: 'acme' },
      { body: 'two', group: 'globex' },
    ]);
    await table.close();

    const again = open(file);
    const arrived: unknown[] = [];
    const worker = await working(again.queues, async ({ body }) => void arrived.push(body));

    await expect.poll(() => arrived.toSorted()).toEqual(['one', 'two']);
    await worker.close();
    await again.table.close();
  });

  it('is not seen before its delay is over', async () => {
    const { table, queues } = open();
    const arrived: unknown[] = [];
    const worker = await working(queues, async ({ body }) => void arrived.push(body));

    await queues.send(queue, [{ body: 'late', delaySeconds: 30 }, { body: 'now' }]);
    await expect.poll(() => arrived).toEqual(['now']);
    clock.advance(30_000);

    await expect.poll(() => arrived).toEqual(['now', 'late']);
    await worker.close();
    await table.close();
  });

  it('comes again when its reaction throws, five times in all, and is a dead letter then', async () => {
    const { table, queues } = open();
    const attempts: number[] = [];
    const worker = await working(queues, async ({ attempt }) => {
      attempts.push(attempt);
      throw new Error('no');
    });
    await queues.send(queue, [{ body: { poison: true }, group: 'acme' }]);

    for (let tries = 1; tries <= 5; tries += 1) {
      await expect.poll(() => attempts.length).toBe(tries);
      clock.advance(600_000);
    }

    await expect.poll(async () => (await table.query({ pk: 'LETTERS', limit: 10 })).items).toHaveLength(1);
    expect((await table.query({ pk: 'LETTERS', limit: 1 })).items[0]).toMatchObject({
      reaction: queue,
      body: '{"poison":true}',
    });
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(worker.log.filter(({ code }) => code === 'reaction.failed')).toHaveLength(5);
    expect(await queues.first(queue, 'acme', 1)).toEqual([]);
    await worker.close();
    await table.close();
  });

  it('of a tenant with a thousand that hang does not hold up that of another', async () => {
    const { table, queues } = open();
    const hanging = Promise.withResolvers<void>();
    const arrived: unknown[] = [];
    const worker = await working(queues, async ({ body }) => {
      if (body === 'hang') await hanging.promise;
      else arrived.push(body);
    });
    await queues.send(
      queue,
      Array.from({ length: 1_000 }, () => ({ body: 'hang', group: 'noisy' })),
    );
    const others = Array.from({ length: 20 }, (_, place) => ({ body: place, group: `quiet-${place}` }));

    const begun = performance.now();
    await queues.send(queue, others);
    await expect.poll(() => arrived.length, { interval: 5 }).toBe(20);

    expect(performance.now() - begun).toBeLessThan(2_000);
    hanging.resolve();
    await worker.close();
    await table.close();
  });
});
