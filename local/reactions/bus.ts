import { queueRows } from '../../shared/contract/reactions.ts';
import { type Event, EventView } from '../../shared/domain/event.ts';
import type { Bus, Queues } from '../../shared/reactions/ports.ts';
import type { LocalSubscribers } from './subscribers.ts';

/** The bus of a registry on one machine: its rules put events into queues, and that is when it has taken them. */
export const localBus = (queues: Queues, subscribers: Pick<LocalSubscribers, 'forward'>): Bus => ({
  async publish(events) {
    const messages = events.map((event) => ({ type: event.type, message: messageOf(event) }));
    for (const [queue, { events: wanted = [] }] of queueRows) {
      const matching = messages.filter(({ type }) => wanted === 'all' || wanted.includes(type));
      if (matching.length > 0)
        await queues.send(
          queue,
          matching.map(({ message }) => message),
        );
    }
    await subscribers.forward(events);
    return [];
  },
});

const messageOf = (event: Event) => ({ body: JSON.parse(JSON.stringify(EventView.parse(event))), group: event.tenant });
