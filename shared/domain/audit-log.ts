import * as z from 'zod/mini';
import { type ChainEntry, CheckpointLine, headIn, LogEntry, leafOf, originOf, type SealEntry } from './checkpoint.ts';
import { append, EMPTY, EMPTY_ROOT, type Frontier, type Hash, rootOf } from './merkle.ts';
import type { Head } from './merkle-proof.ts';
import type { TenantId } from './names.ts';
import { type NoteKey, openNote, textOf } from './note.ts';

/** A log, with every checkpoint proved. */
export interface ProvedLog {
  readonly tenant?: TenantId;
  readonly checkpoints: readonly ProvedCheckpoint[];
  /** Where each chain had come to, by its name as `chainOf` has it. */
  readonly marks: ReadonlyMap<string, readonly Mark[]>;
}

export interface ProvedCheckpoint extends Head {
  readonly at: string;
}

/** That a chain had come to this event at a checkpoint. */
export interface Mark extends Pick<ChainEntry, 'seq' | 'hash'> {
  /** The number of the checkpoint. */
  readonly checkpoint: number;
}

/** The first bad line of an export of checkpoints. */
export interface LogFault {
  /** Counted from 1. */
  readonly line: number;
  /** The number of the checkpoint that it is, or would be, part of. */
  readonly checkpoint: number;
  readonly why: string;
}

/** What a chain is called: `acme/01JNF4YVQ4R9S8T7V6W5X4Y3Z2`, or the tenant alone for its own. */
export const chainOf = (tenant: string, model: string | undefined): string => (model ? `${tenant}/${model}` : tenant);

const Completed = z.strictObject({ type: z.literal('export.completed'), checkpoints: z.int() });
const Line = z.discriminatedUnion('type', [...LogEntry.def.options, CheckpointLine, Completed]);
type Line = z.output<typeof Line>;

/** What was read so far. */
interface Progress {
  readonly keys: readonly NoteKey[];
  readonly checkpoints: ProvedCheckpoint[];
  readonly marks: Map<string, Mark[]>;
  tenant?: TenantId;
  frontier: Frontier;
  seal?: SealEntry;
  isCompleted: boolean;
}

/**
 * Proves an export of checkpoints, line by line: that each is signed by one of these keys, has the root of the entries
 * before it, and continues the one before. Whoever has the key can have made another log.
 */
export async function verifyLog(
  lines: AsyncIterable<string> | Iterable<string>,
  keys: readonly NoteKey[],
): Promise<{ readonly log: ProvedLog; readonly fault?: LogFault }> {
  const progress: Progress = { keys, checkpoints: [], marks: new Map(), frontier: EMPTY, isCompleted: false };
  const { checkpoints, marks } = progress;
  const verdict = (line: number, why?: string) => ({
    log: { checkpoints, marks, ...(progress.tenant && { tenant: progress.tenant }) },
    ...(why !== undefined && { fault: { line, checkpoint: checkpoints.length + 1, why } }),
  });

  let line = 0;
  for await (const text of lines) {
    line += 1;
    const why = progress.isCompleted ? 'It comes after the last line of an export.' : whyNot(text, progress);
    if (why !== undefined) return verdict(line, why);
  }
  return progress.isCompleted ? verdict(line) : verdict(line + 1, 'The last line is missing: the export was cut off.');
}

/** Takes a line further, or says why it is bad. */
function whyNot(text: string, progress: Progress): string | undefined {
  const line = lineIn(text);
  if (!line) return 'It is no line of an export of checkpoints as the registry writes it.';
  if (line.type === 'checkpoint') return whyNotSigned(line, progress);
  if (line.type !== 'export.completed') return whyNotNext(line, progress);

  const { checkpoints, frontier } = progress;
  progress.isCompleted = true;
  if (line.checkpoints !== checkpoints.length)
    return `It says that there are ${line.checkpoints} checkpoints, and there are ${checkpoints.length}.`;
  return frontier.size > (checkpoints.at(-1)?.size ?? 0) ? 'The last entries have no checkpoint.' : undefined;
}

function lineIn(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // JSON can be spelled in many ways that parse alike: only the one that was written is evidence.
    return JSON.stringify(value) === text ? Line.safeParse(value).data : undefined;
  } catch {
    return undefined;
  }
}

function whyNotNext(entry: LogEntry, progress: Progress): string | undefined {
  const { frontier, checkpoints, seal } = progress;
  const { tenant, index, type } = entry;
  progress.tenant ??= tenant;
  if (tenant !== progress.tenant) return 'It is of another tenant than the entries before it.';
  if (index !== frontier.size)
    return `It has the place ${index} in the log, and it is the entry ${frontier.size} here.`;
  if (seal) return 'It comes behind the end of a checkpoint that is not there.';
  progress.frontier = append(frontier, leafOf(entry)).frontier;
  if (type === 'chain') return whyNotFurther(entry, progress);

  progress.seal = entry;
  const before = checkpoints.at(-1);
  if (entry.checkpoint !== checkpoints.length + 1) return `It ends checkpoint ${entry.checkpoint}.`;
  if (entry.previous !== (before?.root ?? EMPTY_ROOT)) return 'The checkpoint before it is not the one that it names.';
  return before && entry.at < before.at ? 'It is dated before the checkpoint before it.' : undefined;
}

function whyNotFurther({ tenant, model, seq, hash }: ChainEntry, { marks, checkpoints }: Progress): string | undefined {
  const chain = chainOf(tenant, model);
  const known = marks.get(chain) ?? [];
  const last = known.at(-1);
  if (last && seq < last.seq) return `The chain ${chain} had come to event ${last.seq} already.`;
  if (last && seq === last.seq && hash !== last.hash)
    return `The chain ${chain} has another event ${seq} at checkpoint ${last.checkpoint}.`;
  known.push({ seq, hash, checkpoint: checkpoints.length + 1 });
  marks.set(chain, known);
  return undefined;
}

function whyNotSigned({ number, note }: z.output<typeof CheckpointLine>, progress: Progress): string | undefined {
  const { checkpoints, frontier, seal, tenant, keys } = progress;
  if (!seal || !tenant) return 'There are no entries that end with it.';
  if (number !== checkpoints.length + 1) return `It is checkpoint ${number}.`;
  const text = openNote(note, originOf(tenant), keys);
  if (text === undefined)
    return textOf(note) === undefined ? 'It is no signed note.' : 'It is not signed by the key that is trusted.';
  const head = headIn(text, tenant);
  const { size } = frontier;
  const root: Hash = rootOf(frontier);
  if (head?.size !== size || head.root !== root)
    return 'What was signed are other entries than these: some were changed, taken away or put in.';
  checkpoints.push({ size, root, at: seal.at });
  delete progress.seal;
  return undefined;
}

/**
 * Why a log does not continue a checkpoint that somebody kept, or `undefined` where it does. With it, not even whoever
 * has the key can cut off the end of a log, or make another one.
 */
export function whyNotContinued({ tenant, checkpoints }: ProvedLog, kept: string, keys: readonly NoteKey[]) {
  if (!tenant) return 'There is no checkpoint, and there was one.';
  const text = openNote(kept, originOf(tenant), keys);
  const head = text === undefined ? undefined : headIn(text, tenant);
  if (!head) return `The checkpoint that was kept is none of ${tenant} that is signed by the key that is trusted.`;
  const last = checkpoints.at(-1)?.size ?? 0;
  if (head.size > last)
    return `The checkpoint that was kept has ${head.size} entries, and these have ${last}: the end is missing.`;
  const isThere = checkpoints.some(({ size, root }) => size === head.size && root === head.root);
  return isThere ? undefined : 'The checkpoint that was kept is none of these: this is another past.';
}
