import { type ReactionName, reactionRows } from '../../shared/contract/reactions.ts';
import type { Services } from '../../shared/http/services.ts';
import { kebabCase } from '../../shared/kebab-case.ts';
import { sweepOutbox } from '../../shared/reactions/outbox.ts';
import { reactToRecords } from '../../shared/reactions/react.ts';
import { type Reactor, reactionContext } from '../../shared/reactions/reaction.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Clock } from '../clock.ts';
import type { Stream } from '../stream.ts';
import type { LocalQueues } from './queues.ts';
import { startSchedule } from './schedule.ts';
import { timeMachine } from './time.ts';
import { startWorker } from './worker.ts';

export interface ReactionsOptions {
  readonly stream: Stream;
  readonly queues: LocalQueues;
  /** That of the queues. */
  readonly table: Table;
  readonly services: Services;
  readonly clock: Clock;
}

/** Runs every reaction in this process, until it is closed: what was under way is finished, the rest stays in the queues. */
export async function startReactions({ stream, queues, table, services, clock }: ReactionsOptions) {
  const reactors = await loadReactors();
  const workers = reactors
    .filter((one) => one.kind === 'queue')
    .map((reactor) => startWorker({ reactor, queues, services }));
  const running = await Promise.all(workers);
  const schedule = startSchedule(
    reactors.filter((one) => one.kind === 'schedule'),
    { table, services },
  );
  for (const reactor of reactors.filter((one) => one.kind === 'stream')) {
    stream.consume(async (records) => {
      if (await reactToRecords(reactor, records, services))
        throw new Error(`${reactor.name} could not take all changes`);
    });
  }
  // The stream lives in memory: what was on its way when the process ended is in the outbox yet.
  const caughtUp = sweepOutbox(0, reactionContext({ name: 'onSweepOutbox' }, services)).catch((error: unknown) =>
    services.log({ code: 'reaction.failed', reaction: 'onSweepOutbox', attempt: 1, error }),
  );
  return {
    advance: timeMachine({ clock, schedule, workers: running, queues, stream }),
    async close(): Promise<void> {
      await caughtUp;
      await stream.close();
      await Promise.all([schedule, ...running].map((one) => one.close()));
    },
  };
}

/** Loads the function of every row: `functions/on-publish-events.ts` has the reaction `onPublishEvents`. */
async function loadReactors(): Promise<readonly Reactor[]> {
  const loaded = reactionRows.map(async ([name]) => {
    const functions = await import(`../../functions/${kebabCase(name)}.ts`);
    return functions[name as ReactionName] as Reactor;
  });
  return Promise.all(loaded);
}
