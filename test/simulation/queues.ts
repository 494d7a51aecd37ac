import { TRIES_MAX } from '../../shared/contract/reaction.ts';
import type { QueueName } from '../../shared/contract/reactions.ts';
import type { Message, Outgoing, Queues } from '../../shared/reactions/ports.ts';
import type { Chaos } from './chaos.ts';
import { endOf } from './faulty.ts';
import { aLife, type Life, type Schedule } from './schedule.ts';

/** Whoever takes messages: it answers whether this one is done, throws, or dies. */
export type Worker = (queue: QueueName, message: Message, life: Life) => Promise<boolean>;

/** A message that was put aside, and waits for people. */
export interface Letter {
  readonly queue: QueueName;
  readonly body: Outgoing['body'];
}

/** So long nobody else sees a message that somebody took. */
const HIDDEN_MS = 90_000;

/** SQS with a Lambda at its end: each message at least once, in any order, and five times at most. */
export function aQueueing({ strikes, between }: Chaos, schedule: Schedule, work: Worker) {
  const letters: Letter[] = [];
  let sent = 0;

  function put(queue: QueueName, { body, delaySeconds = 0 }: Outgoing): void {
    sent += 1;
    for (let copies = strikes('twice') ? 2 : 1; copies > 0; copies -= 1) {
      void deal(queue, `message-${sent}`, body, 1_000 * delaySeconds + between(5, 500));
    }
  }

  async function deal(queue: QueueName, id: string, body: Outgoing['body'], afterMs: number): Promise<void> {
    const self = aLife(id);
    for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
      const life = aLife(`${queue} ${id} ${attempt}`);
      await schedule.turn(self, 'is seen', attempt === 1 ? afterMs : HIDDEN_MS, () => undefined);
      const isDone = await Promise.race([
        work(queue, { id, body, attempt }, life).catch(() => false),
        life.over.then(() => false),
      ]);
      if (isDone) return;
    }
    letters.push({ queue, body });
  }

  return {
    letters,
    put,
    queuesOf: (life: Life): Queues => ({
      send: (queue, messages) =>
        schedule.turn(life, 'sends', between(1, 30), () => {
          if (strikes('diesBefore')) return endOf<void>(life);
          for (const message of messages) put(queue, message);
          return strikes('diesAfter') ? endOf<void>(life) : undefined;
        }),
    }),
  };
}
