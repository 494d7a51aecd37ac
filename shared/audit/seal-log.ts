import pLimit from 'p-limit';
import {
  type Appended,
  appended,
  ENTRIES_MAX,
  headOf,
  type Log,
  looked,
  type NewEntry,
  originOf,
  sealed,
  signed,
  textOfHead,
} from '../domain/checkpoint.ts';
import { noteOf, textOf } from '../domain/note.ts';
import { type Heads, headsOf, lookFrom, newOf } from '../domain/sealing.ts';
import type { Store } from '../store/store.ts';
import type { Position } from '../store/table.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Signer } from './signer.ts';

export interface Sealing {
  readonly store: Store;
  readonly signer: Signer;
  readonly checkpoints: Checkpoints;
  readonly now: Date;
}

/** One run looks at so many events of a tenant, or a little more. */
const EVENTS_MAX = 50_000;
const PAGE = 1_000;
const AT_ONCE = 20;

/**
 * Takes a log as far as the chains have come, and signs it. Whatever it is interrupted at, the next run goes on from there.
 * What nothing happened in costs one read.
 *
 * @returns whether there is a new checkpoint
 * @throws {Conflict} when another run is at work on the same log
 */
export async function sealLog(sealing: Sealing, before: Log): Promise<boolean> {
  const { store } = sealing;
  let log = before.pending ? await signOff(sealing, before) : before;
  const { heads, at } = await look(sealing, log);
  const entries = await unlogged(store, log, heads);
  if (entries.length === 0 && log.size === log.signed.size) {
    // From now on there is nothing to look at again.
    if (heads.size > 0 && lookFrom(at).toISOString() > log.lookedAt) await keep(store, looked(log, at));
    return log !== before;
  }

  for (let from = 0; from < entries.length; from += ENTRIES_MAX)
    log = await keep(store, appended(log, entries.slice(from, from + ENTRIES_MAX)));
  log = await keep(store, sealed(log, at));
  await signOff(sealing, log);
  return true;
}

/** Where the chains have come to, and up to when everything was looked at. */
async function look({ store, now }: Sealing, { tenant, lookedAt }: Log): Promise<{ heads: Heads; at: string }> {
  const time = now.toISOString();
  let heads: Heads = new Map();
  let after: Position | undefined;
  let count = 0;
  do {
    const page = await store.events(tenant, { from: lookFrom(lookedAt), limit: PAGE, after });
    heads = headsOf(page.items, heads);
    count += page.items.length;
    after = page.next;
    const last = page.items.at(-1)?.at ?? '';
    // The rest is for the next run, which begins later than this one did.
    if (after && count >= EVENTS_MAX && last > lookedAt) return { heads, at: last };
  } while (after);
  return { heads, at: time > lookedAt ? time : lookedAt };
}

async function unlogged(store: Store, { tenant }: Log, heads: Heads): Promise<NewEntry[]> {
  const limit = pLimit(AT_ONCE);
  const found = [...heads].map(([model, entries]) =>
    limit(async () => newOf(entries, (await store.lastMark(tenant, model))?.seq)),
  );
  return (await Promise.all(found)).flat();
}

const keep = (store: Store, { log, nodes }: Appended): Promise<Log> =>
  store.commit({ result: log, keep: [{ replace: log }, ...nodes.map((create) => ({ create }))] });

/**
 * Signs what is sealed, and puts it where nobody can change it before anything else knows of it. If it is there already,
 * with the same text, an earlier run was interrupted right after.
 */
async function signOff({ store, signer, checkpoints }: Sealing, log: Log): Promise<Log> {
  const { tenant } = log;
  const text = textOfHead(tenant, headOf(log));
  const key = await signer.publicKey();
  const note = noteOf(text, originOf(tenant), key, await signer.sign(text));
  const { kind: _, ...checkpoint } = signed(log, { note, key }).checkpoint;
  const entries = await store.logEntries(tenant, log.signed.size, log.size);
  const kept = await checkpoints.keep({ ...checkpoint, entries: [...entries] });
  if (textOf(kept.note) !== text)
    throw new Error(`Checkpoint ${checkpoint.number} of ${tenant} is kept with another root than the log has now.`);
  const done = signed(log, kept);
  return store.commit({ result: done.log, keep: [{ replace: done.log }, { create: done.checkpoint }] });
}
