import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Clock } from '../clock.ts';
import type { Stream } from '../stream.ts';
import type { LocalQueues } from './queues.ts';
import type { Schedule } from './schedule.ts';
import type { Worker } from './worker.ts';

interface Passing {
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly workers: readonly Worker[];
  readonly queues: LocalQueues;
  readonly stream: Stream;
}

/** What is called more often is called once an hour. */
const STEP_MS = 60 * 60_000;
/** Whoever waits for a receiver that does not answer goes on as it does while no time passes. */
const SETTLING_MS_MAX = 2_000;
const PAUSE_MS = 5;

/**
 * Lets time pass, hour by hour: in each what is scheduled is called in its order, and what follows from it comes to its
 * end before the next one begins.
 */
export function timeMachine({ clock, schedule, workers, queues, stream }: Passing) {
  const inTurn = pLimit(1);

  async function settle(): Promise<void> {
    const begun = performance.now();
    do {
      await stream.drained();
      for (const worker of workers) worker.look();
      if (await queues.isIdle()) return;
      await setTimeout(PAUSE_MS);
    } while (performance.now() - begun < SETTLING_MS_MAX);
  }

  return (milliseconds: number): Promise<void> =>
    inTurn(async () => {
      for (let left = milliseconds; left > 0; left -= STEP_MS) {
        clock.forward(Math.min(left, STEP_MS));
        await schedule.catchUp();
        await settle();
      }
    });
}
