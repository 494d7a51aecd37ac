import { setTimeout } from 'node:timers/promises';
import { TRIES_MAX } from '../../shared/contract/reaction.ts';
import type { QueueName } from '../../shared/contract/reactions.ts';
import type { Services } from '../../shared/http/services.ts';
import { reactToMessages } from '../../shared/reactions/react.ts';
import type { Reactor } from '../../shared/reactions/reaction.ts';
import type { LocalQueues, Waiting } from './queues.ts';

/**
 * So many messages of a queue are worked on at once, and of one group: the others need not wait for a slow one. All that
 * are worked on at once share their waits for the disk, so that many are no slower than few.
 */
const LIGHT = { atOnce: 256, ofGroup: 32 };
/** What works hard itself has nothing to wait for. */
const HEAVY = { atOnce: 40, ofGroup: 8 };
/** A message that failed is tried again after so long, and each time four times as long. */
const PAUSE_MS = 1_000;
/** How long to wait before looking again: clocks of tests leap. */
const LOOK_MS_MAX = 1_000;

const CLOSE_MS_MAX = 3_000;

interface WorkerOptions {
  readonly reactor: Extract<Reactor, { kind: 'queue' }>;
  readonly queues: LocalQueues;
  readonly services: Services;
}

export interface Worker {
  /** Looks at once: the time is another one. */
  look(): void;
  close(): Promise<void>;
}

/** Takes the messages of one queue to its reaction, group by group in turn, until it is closed. */
export async function startWorker({ reactor, queues, services }: WorkerOptions): Promise<Worker> {
  const queue = reactor.name as QueueName;
  const { atOnce, ofGroup } = reactor.reaction.megabytes === undefined ? LIGHT : HEAVY;
  const groups = new Set(await queues.groups(queue));
  const underWay = new Map<string, { group: string; done: Promise<void> }>();
  const closing = new AbortController();
  // What was sent before may have been under way when the registry ended: that counts as tried.
  const begun = services.newId();
  let wake = Promise.withResolvers<void>();

  queues.onSent((to, group) => {
    if (to !== queue) return;
    groups.add(group);
    wake.resolve();
  });

  /** Starts what is due of a group, as far as there is room. Answers when to look at it again, if at all. */
  async function serve(group: string): Promise<number | undefined> {
    const own = Array.from(underWay.values()).filter((one) => one.group === group).length;
    const room = Math.min(ofGroup - own, atOnce - underWay.size);
    if (room <= 0) return undefined;
    const first = await queues.first(queue, group, own + room + 1);
    const waiting = first.filter(({ id }) => !underWay.has(id));
    const now = services.now().getTime();
    for (const message of waiting.filter(({ due }) => due <= now).slice(0, room)) start(message);
    if (waiting.length === 0 && own === 0) groups.delete(group);
    return waiting.find(({ due }) => due > now)?.due;
  }

  function start(message: Waiting): void {
    const done = attempt(message)
      .catch((error: unknown) => services.log({ code: 'stream.failed', error }))
      .finally(() => {
        underWay.delete(message.id);
        wake.resolve();
      });
    underWay.set(message.id, { group: message.group, done });
  }

  async function attempt(message: Waiting): Promise<void> {
    const { id, body, attempts } = message;
    const attempt = attempts + (id < begun ? 2 : 1);
    const failed = await reactToMessages(reactor, [{ id, body, attempt }], services);
    if (failed.length === 0) return queues.done(message);
    if (attempts + 1 < TRIES_MAX) {
      return queues.postpone(queue, message, services.now().getTime() + PAUSE_MS * 4 ** attempts);
    }
    await queues.put({ reaction: reactor.name, body: JSON.stringify(body), reason: `failed ${TRIES_MAX} times` });
    await queues.done(message);
  }

  async function work(): Promise<void> {
    while (!closing.signal.aborted) {
      wake = Promise.withResolvers();
      const dues = [];
      for (const group of [...groups]) {
        // Whoever was served goes to the end of the line.
        if (groups.delete(group)) groups.add(group);
        dues.push(await serve(group));
      }
      const next = Math.min(...dues.flatMap((due) => (due === undefined ? [] : [due])));
      await either(wake.promise, next - services.now().getTime());
    }
  }

  /** Until there is something new, or it is time. */
  async function either(woken: Promise<void>, milliseconds: number): Promise<void> {
    if (!Number.isFinite(milliseconds)) return woken;
    const timer = new AbortController();
    const options = { ref: false, signal: timer.signal };
    const time = setTimeout(Math.min(LOOK_MS_MAX, Math.max(0, milliseconds)), undefined, options).catch(() => {});
    await Promise.race([woken, time]);
    timer.abort();
  }

  const working = work();
  return {
    look: () => wake.resolve(),
    async close() {
      closing.abort();
      wake.resolve();
      await working;
      // Who waits for a receiver that does not answer waits no longer: the message is in the queue still.
      const done = Promise.all(Array.from(underWay.values(), ({ done }) => done));
      await Promise.race([done, setTimeout(CLOSE_MS_MAX, undefined, { ref: false })]);
    },
  };
}
