import { setTimeout } from 'node:timers/promises';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Written } from '../shared/store/sqlite-write.ts';
import { streamRecord } from './stream-record.ts';

/** Takes changes in their order, as a Lambda on a DynamoDB stream does. When it throws it gets the same ones again. */
export type Consumer = (records: readonly DynamoDBRecord[]) => Promise<void>;

export interface StreamOptions {
  readonly region: string;
  readonly now: () => Date;
  /** Hears of every time that a consumer threw. */
  readonly onError: (error: unknown) => void;
}

/** The changes of a table on their way to consumers in this process. Each gets all of them, at its own pace. */
export interface Stream {
  consume(consumer: Consumer): void;
  /** To be called with what was committed, in that order. It only takes note. */
  readonly commit: (written: readonly Written[]) => void;
  /** Waits until the consumers have what there is. */
  drained(): Promise<void>;
  /** The same, for a second at most. */
  close(): Promise<void>;
}

const BATCH = 100;
/** A consumer may be so many changes behind. Older ones are lost to it, as they are after a day on AWS. */
const BEHIND_MAX = 100_000;
const PAUSE_MS_MAX = 10_000;
const CLOSE_MS_MAX = 1_000;

export function tableStream({ region, now, onError }: StreamOptions): Stream {
  const queues: Queue[] = [];
  let sequence = 0n;
  const drained = async () => void (await Promise.all(queues.map((one) => one.drained())));
  return {
    consume: (consumer) => void queues.push(queue(consumer, onError)),
    commit(written) {
      if (queues.length === 0) return;
      const at = now();
      for (const one of written) {
        sequence += 1n;
        const place = { sequence, at, region };
        for (const { add } of queues) add(() => streamRecord(one, place));
      }
    },
    drained,
    close: () => Promise.race([drained(), setTimeout(CLOSE_MS_MAX, undefined, { ref: false })]),
  };
}

/** What waits for one consumer. The records are written only when it is their turn: nobody's request waits for that. */
interface Queue {
  readonly add: (records: () => DynamoDBRecord[]) => void;
  readonly drained: () => Promise<void>;
}

function queue(consumer: Consumer, onError: (error: unknown) => void): Queue {
  const waiting: (() => DynamoDBRecord[])[] = [];
  let running: Promise<void> | undefined;

  const run = async () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH).flatMap((records) => records());
      if (batch.length > 0) await untilTaken(() => consumer(batch), onError);
    }
    running = undefined;
  };
  return {
    add(records) {
      waiting.push(records);
      if (waiting.length > BEHIND_MAX) waiting.shift();
      running ??= setTimeout(0).then(run);
    },
    drained: async () => running,
  };
}

async function untilTaken(take: () => Promise<void>, onError: (error: unknown) => void): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await take();
    } catch (error) {
      onError(error);
      await setTimeout(Math.min(PAUSE_MS_MAX, 100 * 2 ** attempt), undefined, { ref: false });
    }
  }
}
