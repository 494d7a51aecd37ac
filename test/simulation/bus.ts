import type { EventBridgeClient, PutEventsCommand, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { eventBridge } from '../../shared/aws/event-bus.ts';
import type { EventView } from '../../shared/domain/event.ts';
import type { Bus } from '../../shared/reactions/ports.ts';
import type { Chaos } from './chaos.ts';
import { endOf } from './faulty.ts';
import { aLife, type Life, type Schedule } from './schedule.ts';

/** An event that arrived at whoever listens, as it was sent. */
export interface Arrival {
  readonly event: EventView;
  readonly at: number;
}

/** EventBridge, as the adapter for it meets it: what it took arrives at listeners, at least once and in any order. */
export function aBus({ strikes, between, random }: Chaos, schedule: Schedule, arrived: (arrival: Arrival) => void) {
  const delivery = aLife('the bus');

  function take(detail: string): PutEventsResultEntry {
    const event: EventView = JSON.parse(detail);
    for (let copies = strikes('twice') ? 2 : 1; copies > 0; copies -= 1) {
      void schedule.turn(delivery, `delivers ${event.id}`, between(1, 300), () =>
        arrived({ event, at: schedule.now().getTime() }),
      );
    }
    return { EventId: event.id };
  }

  async function answer({ input: { Entries = [] } }: PutEventsCommand) {
    if (strikes('busRefuses')) throw new Error('The bus is out of order.');
    const partly = strikes('busPartly');
    const Results = Entries.map(({ Detail = '' }) =>
      partly && random() < 0.5 ? { ErrorCode: 'Throttled' } : take(Detail),
    );
    if (strikes('busLosesReply')) throw new Error('The answer of the bus got lost.');
    return { Entries: Results };
  }

  return (life: Life): Bus => {
    const send = (command: PutEventsCommand) =>
      schedule.turn(life, 'putEvents', between(1, 40), async () => {
        if (strikes('diesBefore')) return endOf(life);
        const answered = await answer(command);
        return strikes('diesAfter') ? endOf(life) : answered;
      });
    return eventBridge({ send } as unknown as EventBridgeClient, 'signet');
  };
}
