import type { Services } from '../../shared/http/services.ts';
import { reactToTime } from '../../shared/reactions/react.ts';
import type { Reactor } from '../../shared/reactions/reaction.ts';
import type { Table } from '../../shared/store/table.ts';

const LOOK_MS = 1_000;
const MINUTE_MS = 60_000;

/** What is called when it is its time. */
export interface Schedule {
  /** Calls what is due, whatever has waited longest first, one after the other. */
  catchUp(): Promise<void>;
  close(): Promise<void>;
}

type Scheduled = Extract<Reactor, { kind: 'schedule' }>;

/**
 * Calls reactions when it is their time, each by itself and never twice at once. When they ran is in the file: whoever
 * starts the registry each morning has what is to run once a day run once a day.
 */
export function startSchedule(
  reactors: readonly Scheduled[],
  { table, services }: { readonly table: Table; readonly services: Services },
): Schedule {
  const running = new Map<string, Promise<void>>();
  const due = new Map<string, number>();

  const reporting = (reactor: Scheduled) => (error: unknown) =>
    services.log({ code: 'reaction.failed', reaction: reactor.name, attempt: 1, error });

  async function perform(reactor: Scheduled): Promise<void> {
    const now = services.now().getTime();
    const next = due.get(reactor.name) ?? (await nextOf(reactor));
    due.set(reactor.name, next);
    if (now < next) return;
    await reactToTime(reactor, services).catch(reporting(reactor));
    due.set(reactor.name, now + periodOf(reactor));
    await table.putEach([{ pk: 'SCHEDULE', sk: reactor.name, ran: now }]);
  }

  async function nextOf(reactor: Scheduled): Promise<number> {
    const kept = await table.get({ pk: 'SCHEDULE', sk: reactor.name });
    const last = typeof kept?.['ran'] === 'number' ? kept['ran'] : services.now().getTime();
    if (!kept) await table.putEach([{ pk: 'SCHEDULE', sk: reactor.name, ran: last }]);
    return last + periodOf(reactor);
  }

  function run(reactor: Scheduled): Promise<void> {
    const begun = perform(reactor)
      .catch(reporting(reactor))
      .finally(() => running.delete(reactor.name));
    running.set(reactor.name, begun);
    return begun;
  }

  const look = () => {
    for (const reactor of reactors) if (!running.has(reactor.name)) void run(reactor);
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return {
    async catchUp() {
      const dueAt = ({ name }: Scheduled) => due.get(name) ?? 0;
      for (const reactor of reactors.toSorted((one, other) => dueAt(one) - dueAt(other))) {
        await running.get(reactor.name);
        await run(reactor);
      }
    },
    async close() {
      clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}

const periodOf = ({ reaction: { cause } }: Scheduled): number =>
  'everyMinutes' in cause ? cause.everyMinutes * MINUTE_MS : Number.POSITIVE_INFINITY;
