import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Unavailable } from './table.ts';

const BATCHES_AT_ONCE = 8;
const ATTEMPTS_MAX = 10;
const WAIT_MILLISECONDS = 25;
const WAIT_MILLISECONDS_MAX = 1_000;

/**
 * Sends all of the items in batches, several at once. `send` answers what the database left undone, which is sent
 * again after a while.
 *
 * @throws {Unavailable} when the database leaves some undone ten times in a row
 */
export async function inBatches<T>(items: readonly T[], batchSize: number, send: (batch: T[]) => Promise<T[]>) {
  const limit = pLimit(BATCHES_AT_ONCE);
  const batches = Array.from({ length: Math.ceil(items.length / batchSize) }, (_, index) =>
    items.slice(index * batchSize, (index + 1) * batchSize),
  );
  await Promise.all(batches.map((batch) => limit(() => untilDone(batch, send))));
}

async function untilDone<T>(batch: T[], send: (batch: T[]) => Promise<T[]>): Promise<void> {
  let [left, attempts] = [batch, 0];
  while (left.length > 0) {
    if (attempts === ATTEMPTS_MAX) throw new Unavailable('The database asks for too much patience now.');
    if (attempts > 0) await wait(Math.random() * Math.min(WAIT_MILLISECONDS_MAX, WAIT_MILLISECONDS * 2 ** attempts));
    const undone = await send(left);
    attempts = undone.length < left.length ? 1 : attempts + 1;
    left = undone;
  }
}
