import * as z from 'zod/mini';
import { ChainEntry, Checkpoint, headIn, leafOf, originOf } from './checkpoint.ts';
import { EventView, eventId, hashOf } from './event.ts';
import { Hash } from './merkle.ts';
import { isIncluded } from './merkle-proof.ts';
import { type NoteKey, openNote } from './note.ts';

/** A checkpoint as it is answered. */
export const CheckpointView = z.omit(Checkpoint, { kind: true, tenant: true });
export type CheckpointView = z.output<typeof CheckpointView>;

/** What convinces of one event whoever has nothing but the key. */
export const Proof = z.object({
  /** The event, and those behind it up to the one that the log has. */
  events: z.array(EventView),
  /** What the log has of the chain. */
  entry: ChainEntry,
  /** From the entry to the root of the log, in base64. */
  proof: z.array(Hash),
  checkpoint: CheckpointView,
});
export type Proof = z.output<typeof Proof>;

/** Why a proof does not convince, or `undefined` where its first event is proved. */
export function whyNotProved(
  { events, entry, proof, checkpoint }: Proof,
  keys: readonly NoteKey[],
): string | undefined {
  const broken = whyNotLinked(events, entry);
  if (broken) return broken;
  const { tenant, index } = entry;
  const text = openNote(checkpoint.note, originOf(tenant), keys);
  if (text === undefined) return 'Its checkpoint is not signed by the key that is trusted.';
  const head = headIn(text, tenant);
  if (!head || !isIncluded({ index, leaf: leafOf(entry), proof }, head)) return 'The checkpoint does not have it.';
  return undefined;
}

/** Why events do not lead to an entry of the log. */
function whyNotLinked(events: readonly EventView[], entry: ChainEntry): string | undefined {
  const last = events.at(-1);
  if (!last) return 'It has no event.';
  for (const [at, event] of events.entries()) {
    const { seq, tenant, model, hash, prevHash, id } = event;
    const before = events[at - 1];
    if (hashOf(event) !== hash) return `The hash of event ${seq} is not that of its content: it was changed.`;
    if (tenant !== entry.tenant || model?.id !== entry.model) return `Event ${seq} is of another chain.`;
    if (id !== eventId(tenant, model?.id, seq)) return `The id of event ${seq} is not that of its place.`;
    if (before && (seq !== before.seq + 1 || prevHash !== before.hash))
      return `Event ${seq} does not follow on event ${before.seq}.`;
  }
  return last.seq === entry.seq && last.hash === entry.hash ? undefined : 'The log has another event.';
}
