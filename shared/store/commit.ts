import { randomUUID } from 'node:crypto';
import { type Change, type Decided, type EntityWrite, type Refused, resultOf } from '../domain/change.ts';
import { chain } from '../domain/event.ts';
import type { Reply } from '../domain/reply.ts';
import { itemOf, keyOf } from './keys.ts';
import { Conflict, type ReplySlot } from './store.ts';
import { ConditionFailed, Contention, type Table, type Write } from './table.ts';

/**
 * The only writer: the entities of a change, its event behind the head of the chain, and the stored answer. What the
 * registry keeps for itself has no event.
 */
export async function commit<Result>(table: Table, change: Change<Result>, reply?: ReplySlot): Promise<Result> {
  if (change.head === undefined) {
    const kept = [...(change.keep ?? []), ...(reply ? [replyWrite(reply, { result: json(change.result) })] : [])];
    if (kept.length > 0) await written(table, kept.map(writeOf));
    return change.result;
  }
  const { writes, event } = recordedWrites(change);
  const outcome: Reply['outcome'] =
    'refusal' in change ? { refusal: refusalOf(change) } : { result: json(change.result) };
  const all = [...writes, ...(reply ? [replyWrite(reply, outcome)] : [])].map(writeOf);
  // Two requests that are alike have events that are alike: by its mark a commit knows its own.
  const mark = randomUUID();
  const isOurs = async () => (await table.get(keyOf(event)))?.['mark'] === mark;
  await written(table, [...all, writeOf({ create: { ...event, mark } })], isOurs);
  return resultOf(change);
}

function recordedWrites<Result>({ head, writes, event: draft }: Decided<Result> | Refused) {
  const before = 'create' in head ? head.create : head.replace;
  const { event, head: after } = chain(before, draft);
  const headWrite: EntityWrite = 'create' in head ? { create: after } : { replace: after };
  return { event, writes: [headWrite, ...writes] satisfies EntityWrite[] };
}

/**
 * Writes, or learns that it was written already: when the answer of the database is lost, our own event tells whether
 * the transaction happened. So it does on contention, which may be with a first attempt of this same transaction, and
 * that may happen yet: whoever decides anew has to ask again.
 */
async function written(table: Table, writes: readonly Write[], isOurs?: () => Promise<boolean>): Promise<void> {
  try {
    await table.transact(writes);
  } catch (error) {
    if (error instanceof ConditionFailed) throw new Conflict({ cause: error });
    if (await isOurs?.()) return;
    throw error instanceof Contention ? new Conflict({ cause: error, happened: isOurs }) : error;
  }
}

function writeOf(write: EntityWrite): Write {
  if ('create' in write) return { put: itemOf(write.create), if: { absent: true } };
  if ('replace' in write) return { put: itemOf(write.replace), if: at(write.replace.revision - 1) };
  if ('remove' in write) return { remove: keyOf(write.remove), if: at(write.remove.revision) };
  if ('forget' in write) return { remove: keyOf(write.forget) };
  if ('unchanged' in write) return { check: keyOf(write.unchanged), if: at(write.unchanged.revision) };
  return { check: keyOf(write.absent), if: { absent: true } };
}

const at = (revision: number) => ({ equals: { revision } });

function replyWrite({ expired, ...slot }: ReplySlot, outcome: Reply['outcome']): EntityWrite {
  const reply: Reply = { kind: 'reply', ...slot, outcome, revision: (expired?.revision ?? 0) + 1 };
  return expired ? { replace: reply } : { create: reply };
}

const refusalOf = ({ refusal: { code, message, issues, conditions } }: Refused) => ({
  code,
  detail: message,
  issues: [...issues],
  conditions: [...conditions],
});

/** Results are views: JSON but for attributes that are `undefined`. */
const json = (result: unknown): Extract<Reply['outcome'], { result: unknown }>['result'] =>
  JSON.parse(JSON.stringify(result));
