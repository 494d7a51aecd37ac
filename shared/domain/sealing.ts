import type { NewEntry } from './checkpoint.ts';
import type { Event } from './event.ts';
import type { ModelId } from './names.ts';

/**
 * An event is dated when it is decided, and may be written, and found by its time, this much later: so far back
 * everything is looked at again.
 */
export const LATE_MINUTES = 30;

/** From one such event of a chain to the next a proof has to lead: so long is the way from any event to the log. */
export const STRIDE = 64;

/** Where the chains had come to, as far as events were looked at. */
export type Heads = ReadonlyMap<ModelId | undefined, readonly NewEntry[]>;

/** What of these events goes into the log: the last of each chain, and of a long one some between. */
export function headsOf(events: Iterable<Event>, before: Heads = new Map()): Heads {
  const heads = new Map(before);
  for (const { model, seq, hash } of events) {
    const entry: NewEntry = { ...(model && { model: model.id }), seq, hash };
    const known = heads.get(model?.id) ?? [];
    const last = known.at(-1);
    if (last && last.seq >= seq) continue;
    const kept = last && last.seq % STRIDE !== 0 ? known.slice(0, -1) : known;
    heads.set(model?.id, [...kept, entry]);
  }
  return heads;
}

/** What of it the log does not have yet, if the last of a chain that it has is `logged`. */
export const newOf = (entries: readonly NewEntry[], logged: number | undefined): readonly NewEntry[] =>
  entries.filter(({ seq }) => seq > (logged ?? 0));

/** From when on to look: what is dated before is in the log. */
export const lookFrom = (lookedAt: string): Date => new Date(Date.parse(lookedAt) - LATE_MINUTES * 60_000);
