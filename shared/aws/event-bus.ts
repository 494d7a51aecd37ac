import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type Event, EventView, SOURCE } from '../domain/event.ts';
import type { Bus } from '../reactions/ports.ts';

/** How many events EventBridge takes at once. */
const ENTRIES_MAX = 10;

/**
 * The bus on EventBridge, which answers for each entry on its own.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function eventBridge(client: EventBridgeClient, busName: string): Bus {
  const put = async (events: readonly Event[]) => {
    const { Entries = [] } = await client.send(
      new PutEventsCommand({ Entries: events.map((one) => entryOf(one, busName)) }),
    );
    return events.filter((_, place) => Entries[place]?.EventId === undefined);
  };
  return {
    async publish(events) {
      const groups = Array.from({ length: Math.ceil(events.length / ENTRIES_MAX) }, (_, group) =>
        events.slice(group * ENTRIES_MAX, (group + 1) * ENTRIES_MAX),
      );
      // A group that fails as a whole is one of events that were not taken: the others count all the same.
      const refused = await Promise.all(groups.map((group) => put(group).catch(() => group)));
      return refused.flat();
    },
  };
}

const entryOf = (event: Event, busName: string): PutEventsRequestEntry => ({
  EventBusName: busName,
  Source: SOURCE,
  DetailType: event.type,
  Time: new Date(event.at),
  Detail: JSON.stringify(EventView.parse(event)),
});

export const eventBridgeClient = (region: string) => new EventBridgeClient({ region });
