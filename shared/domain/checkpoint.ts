import * as z from 'zod/mini';
import { canonicalJson } from './canonical.ts';
import { append, EMPTY_ROOT, type Frontier, Hash, leafHash, rootOf } from './merkle.ts';
import type { Head } from './merkle-proof.ts';
import { ModelId, Revision, Sha256, TenantId, Timestamp } from './names.ts';

/**
 * The log of a tenant: where each of its chains had come to, in the order in which it was looked at. It only grows. A
 * checkpoint is its root, signed: whoever has one can be shown no other past.
 */

const place = { tenant: TenantId, index: z.int().check(z.gte(0)) };

/** That a chain had come to this event. */
export const ChainEntry = z.strictObject({
  type: z.literal('chain'),
  ...place,
  /** Not for the chain of what concerns no single model. */
  model: z.optional(ModelId),
  seq: z.int().check(z.gte(1)),
  hash: Sha256,
});
export type ChainEntry = z.output<typeof ChainEntry>;

/** The last entry of a checkpoint: what is dated before its time is in the entries before it, but for a little. */
export const SealEntry = z.strictObject({
  type: z.literal('seal'),
  ...place,
  checkpoint: z.int().check(z.gte(1)),
  at: Timestamp,
  /** The root of the checkpoint before it. */
  previous: Hash,
});
export type SealEntry = z.output<typeof SealEntry>;

export const LogEntry = z.discriminatedUnion('type', [ChainEntry, SealEntry]);
export type LogEntry = z.output<typeof LogEntry>;

/** The leaf of an entry: the hash of its RFC 8785 canonical JSON. */
export const leafOf = (entry: LogEntry): Hash => leafHash(canonicalJson(entry));

/** How many entries a log has, and what is needed to append to it. */
export const Log = z.object({
  kind: z.literal('log'),
  tenant: TenantId,
  size: z.int(),
  hashes: z.array(Hash),
  /** The number of the last checkpoint that is signed, or 0. */
  checkpoint: z.int(),
  /** How many entries that one has, and its root. */
  signed: z.object({ size: z.int(), root: Hash }),
  /** Before this all has been looked at. */
  lookedAt: Timestamp,
  /** A checkpoint that is sealed and may not be signed yet: nothing is appended until it is. */
  pending: z.optional(z.object({ at: Timestamp })),
  revision: Revision,
});
export type Log = z.output<typeof Log>;

/** A complete subtree of a log. Those of one leaf have its entry as well. */
export const LogNode = z.object({
  kind: z.literal('logNode'),
  tenant: TenantId,
  level: z.int(),
  index: z.int(),
  hash: Hash,
  entry: z.optional(LogEntry),
});
export type LogNode = z.output<typeof LogNode>;

/** The signed root of a log. */
export const Checkpoint = z.object({
  kind: z.literal('checkpoint'),
  tenant: TenantId,
  number: z.int(),
  at: Timestamp,
  /** How many entries the log had. */
  size: z.int(),
  /** The signed note, in the form of https://c2sp.org/tlog-checkpoint. */
  note: z.string(),
  /** The key that it is signed with, in PEM. */
  key: z.string(),
});
export type Checkpoint = z.output<typeof Checkpoint>;

/** A checkpoint as it stands among the entries of an export. */
export const CheckpointLine = z.strictObject({
  type: z.literal('checkpoint'),
  number: z.int(),
  note: z.string(),
  key: z.string(),
});

export const newLog = (tenant: TenantId, at: string): Log => ({
  kind: 'log',
  tenant,
  size: 0,
  hashes: [],
  checkpoint: 0,
  signed: { size: 0, root: EMPTY_ROOT },
  lookedAt: at,
  revision: 1,
});

/** What is written, and the log with it. */
export interface Appended {
  readonly log: Log;
  readonly nodes: readonly LogNode[];
}

/** An entry that has no place in the log yet. */
export type NewEntry = Pick<ChainEntry, 'model' | 'seq' | 'hash'>;

/** So many entries fit one transaction: each makes a node of one leaf, and a little more than one of several. */
export const ENTRIES_MAX = 30;

/** Puts entries behind the others. */
export const appended = (log: Log, entries: readonly NewEntry[]): Appended =>
  grown(log, ({ tenant }, index) =>
    entries.map((entry, at) => ({ type: 'chain' as const, tenant, index: index + at, ...entry })),
  );

/** Nothing is new, and all was looked at until then. */
export const looked = (log: Log, at: string): Appended => ({
  log: { ...log, lookedAt: at, revision: log.revision + 1 },
  nodes: [],
});

/** Ends what was appended: from now on only the signature is missing. */
export function sealed(log: Log, at: string): Appended {
  const checkpoint = log.checkpoint + 1;
  const { log: after, nodes } = grown(log, ({ tenant, signed }, index) => [
    { type: 'seal', tenant, index, checkpoint, at, previous: signed.root },
  ]);
  return { log: { ...after, pending: { at } }, nodes };
}

function grown(log: Log, entriesAt: (log: Log, index: number) => LogEntry[]): Appended {
  const { tenant } = log;
  let frontier: Frontier = { size: log.size, hashes: log.hashes };
  const nodes = entriesAt(log, log.size).flatMap((entry) => {
    const made = append(frontier, leafOf(entry));
    frontier = made.frontier;
    return made.nodes.map(
      (node): LogNode => ({
        kind: 'logNode',
        tenant,
        ...node,
        ...(node.level === 0 && { entry }),
      }),
    );
  });
  const { size, hashes } = frontier;
  return { log: { ...log, size, hashes: [...hashes], revision: log.revision + 1 }, nodes };
}

/** The root of all entries of a log. */
export const headOf = ({ size, hashes }: Log): Head => ({ size, root: rootOf({ size, hashes }) });

/** A sealed checkpoint with its signature, and the log behind it. */
export function signed(
  log: Log,
  { note, key }: Pick<Checkpoint, 'note' | 'key'>,
): { checkpoint: Checkpoint; log: Log } {
  const { pending, ...rest } = log;
  if (!pending) throw new Error('There is no checkpoint to sign.');
  const { tenant, size } = log;
  const number = log.checkpoint + 1;
  return {
    checkpoint: { kind: 'checkpoint', tenant, number, at: pending.at, size, note, key },
    log: { ...rest, checkpoint: number, signed: headOf(log), lookedAt: pending.at, revision: log.revision + 1 },
  };
}

/** Under which name a log signs. */
export const originOf = (tenant: TenantId): string => `signet/${tenant}`;

/** What is signed of a log. */
export const textOfHead = (tenant: TenantId, { size, root }: Head): string => `${originOf(tenant)}\n${size}\n${root}\n`;

/** The head of which a text tells, where it is such a text of this tenant. */
export function headIn(text: string, tenant: TenantId): Head | undefined {
  const [, size, root = ''] = /^[^\n]+\n(0|[1-9]\d{0,14})\n([^\n]+)\n$/.exec(text) ?? [];
  const head = { size: Number(size), root };
  return size !== undefined && textOfHead(tenant, head) === text ? head : undefined;
}
