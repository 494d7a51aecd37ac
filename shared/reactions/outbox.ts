import type { Event } from '../domain/event.ts';
import { OUTBOX_SHARDS } from '../store/keys.ts';
import { pagesOf } from '../store/pages.ts';
import type { ReactionContext } from './reaction.ts';

/**
 * Gives events to the bus, and takes those out of the outbox that it has taken. A crash in between means that the bus
 * gets them once more, and never that it does not get them. Answers those that are still in the outbox.
 */
export async function publish(
  events: readonly Event[],
  { store, services }: ReactionContext,
): Promise<readonly Event[]> {
  if (events.length === 0) return [];
  const refused = new Set((await services.bus.publish(events)).map(({ id }) => id));
  await store.published(events.filter(({ id }) => !refused.has(id)));
  return events.filter(({ id }) => refused.has(id));
}

const PAGE = 100;
/** So many pages of a shard at a time: what is left comes the next time. */
const PAGES_MAX = 50;

/** Publishes what has been in the outbox for some time. */
export async function sweepOutbox(ageMs: number, context: ReactionContext): Promise<void> {
  const before = new Date(context.now.getTime() - ageMs);
  const shards = Array.from({ length: OUTBOX_SHARDS }, (_, shard) => shard);
  await Promise.all(shards.map((shard) => sweepShard(shard, before, context)));
}

/** The index may show an event as still waiting that is out already: it is published once more, which does no harm. */
async function sweepShard(shard: number, before: Date, context: ReactionContext): Promise<void> {
  let pages = 0;
  for await (const events of pagesOf((after) => context.store.outbox(shard, { before, limit: PAGE, after }))) {
    await publish(events, context);
    pages += 1;
    if (pages === PAGES_MAX) return;
  }
}
