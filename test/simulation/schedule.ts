import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

/** A process, as long as it lives: a request in its Lambda, an invocation of a reaction, a client. */
export interface Life {
  readonly name: string;
  readonly isOver: () => boolean;
  /** Kills it where it stands: what it waits for never comes. */
  readonly end: () => void;
  readonly over: Promise<void>;
}

export function aLife(name: string): Life {
  const over = Promise.withResolvers<void>();
  let isOver = false;
  const end = () => {
    isOver = true;
    over.resolve();
  };
  return { name, isOver: () => isOver, end, over: over.promise };
}

/** Virtual time. Nothing happens but in turns, one after the other, so that the same turns are taken in each run. */
export interface Schedule {
  readonly now: () => Date;
  /** Counts turns: of two things that happen at one time it tells which was first. */
  readonly turns: () => number;
  /** Does work after so many milliseconds, and goes on with its outcome unless the process has died by then. */
  turn<T>(life: Life, what: string, afterMs: number, work: () => T | Promise<T>): Promise<T>;
  /** Takes all turns up to a time. */
  runUntil(time: Date): Promise<void>;
  /** A digest of every turn that was taken, and of what came of it. */
  readonly trace: () => string;
}

interface Turn {
  readonly time: number;
  readonly order: number;
  readonly take: () => Promise<void>;
}

export function aSchedule(start: Date): Schedule {
  const waiting: Turn[] = [];
  const hash = createHash('sha256');
  let now = start.getTime();
  let asked = 0;
  let taken = 0;

  /** The next turn is the last of the list. */
  function enqueue(turn: Turn): void {
    let [low, high] = [0, waiting.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAfter(waiting[middle], turn)) low = middle + 1;
      else high = middle;
    }
    waiting.splice(low, 0, turn);
  }

  return {
    now: () => new Date(now),
    turns: () => taken,
    turn: (life, what, afterMs, work) =>
      new Promise((resolve, reject) => {
        const take = async () => {
          if (life.isOver()) return;
          const note = (outcome: string) => hash.update(`${now} ${life.name} ${what} ${outcome}\n`);
          try {
            const value = await work();
            note(life.isOver() ? 'died' : 'done');
            if (!life.isOver()) resolve(value);
          } catch (error) {
            note(life.isOver() ? 'died' : (error as Error).name);
            if (!life.isOver()) reject(error);
          }
        };
        asked += 1;
        enqueue({ time: now + Math.max(0, Math.round(afterMs)), order: asked, take });
      }),
    async runUntil(time) {
      await setImmediate();
      for (let next = waiting.at(-1); next && next.time <= time.getTime(); next = waiting.at(-1)) {
        waiting.pop();
        now = next.time;
        taken += 1;
        await next.take();
        // Whoever was waiting for this goes on, until it waits for its next turn: all that it does at once is in microtasks.
        await setImmediate();
      }
      now = time.getTime();
    },
    trace: () => hash.copy().digest('hex'),
  };
}

const isAfter = (one: Turn | undefined, other: Turn): boolean =>
  one !== undefined && (one.time > other.time || (one.time === other.time && one.order > other.order));
