import type { DynamoDBRecord } from 'aws-lambda';
import { streamRecord } from '../../local/stream-record.ts';
import type { Written } from '../../shared/store/sqlite-write.ts';
import type { Chaos } from './chaos.ts';
import { aLife, type Life, type Schedule } from './schedule.ts';

const KEPT_MS = 24 * 3_600_000;
const BATCH = 10;
/** A batch that fails so often is given up: the sweep has to find what was in it. */
const TRIES_MAX = 10;

/** Whoever takes changes: it answers the first that has to come again, throws, or dies. */
export type Taker = (records: readonly DynamoDBRecord[], life: Life) => Promise<DynamoDBRecord | undefined>;

interface Waiting {
  readonly written: Written;
  readonly sequence: bigint;
  readonly at: number;
}

/**
 * The stream of a table with a Lambda at its end, as AWS has it: batches of new events in any order, again until they
 * are taken, and gone after a day.
 */
export function aStream({ random, between, strikes, streamDown: down }: Chaos, schedule: Schedule, take: Taker) {
  let waiting: Waiting[] = [];
  let isRunning = false;
  let sequence = 0n;
  const start = schedule.now().getTime();
  const poller = aLife('the stream');

  function add(all: readonly Written[]): void {
    for (const written of all) {
      if (written.before || written.after?.['kind'] !== 'event') continue;
      sequence += 1n;
      waiting.push({ written, sequence, at: schedule.now().getTime() });
    }
    if (!isRunning && waiting.length > 0) {
      isRunning = true;
      void poll(1);
    }
  }

  /** Takes batch after batch until there is nothing left. */
  async function poll(first: number): Promise<void> {
    for (let tries = first; waiting.length > 0; ) {
      await schedule.turn(poller, 'polls', pauseOf(tries), () => undefined);
      waiting = waiting.filter(({ at }) => at > schedule.now().getTime() - KEPT_MS);
      const size = Math.max(1, BATCH >> (tries - 1));
      const batch = waiting.slice(0, size).toSorted(() => random() - 0.5);
      const left = batch.length > 0 ? await offer(batch) : [];
      const isStuck = batch.length > 0 && left.length === batch.length;
      const gone = new Set(goneOf(batch, left, isStuck && tries >= TRIES_MAX));
      waiting = waiting.filter((one) => !gone.has(one));
      tries = isStuck && tries < TRIES_MAX ? tries + 1 : 1;
    }
    isRunning = false;
  }

  /** What does not come again. */
  function goneOf(batch: readonly Waiting[], left: readonly Waiting[], isGivenUp: boolean): readonly Waiting[] {
    if (isGivenUp) return batch;
    return left.length === 0 && strikes('twice') ? [] : batch.filter((one) => !left.includes(one));
  }

  /** What has to come again. */
  async function offer(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const life = aLife('onPublishEvents');
    const records = batch.map(recordOf);
    const failed = take(records, life).then(
      (record) => (record ? batch.slice(records.indexOf(record)) : []),
      () => batch,
    );
    return Promise.race([failed, life.over.then(() => batch)]);
  }

  function pauseOf(tries: number): number {
    const pause = tries === 1 ? between(20, 200) : Math.min(60_000, 500 * 2 ** tries);
    const offset = schedule.now().getTime() - start;
    return down && offset >= down.from && offset < down.to ? down.to - offset + pause : pause;
  }

  return { add };
}

function recordOf({ written, sequence, at }: Waiting): DynamoDBRecord {
  const [record] = streamRecord(written, { sequence, at: new Date(at), region: 'us-east-1' });
  if (!record) throw new Error('A new event is a change.');
  return record;
}
