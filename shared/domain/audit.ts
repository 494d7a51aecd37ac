import * as z from 'zod/mini';
import { chainOf, type ProvedLog } from './audit-log.ts';
import { passedBy, shorterThan, whyNotAsSealed } from './audit-marks.ts';
import { type EventView, eventId, GENESIS, hashOf } from './event.ts';
import type { ModelId, TenantId } from './names.ts';

/** What was found in an export of events. */
export interface Verdict {
  /** How many events are proved: all before the fault, or all. */
  readonly events: number;
  readonly chains: readonly Proved[];
  /** The first thing that is not as the registry wrote it. */
  readonly fault?: Fault;
}

/** A chain, as far as it is proved. */
export interface Proved {
  /** `acme/01JNF4YVQ4R9S8T7V6W5X4Y3Z2`: tenant and model id, or the tenant alone for its own chain. */
  readonly chain: string;
  /** The name of the model, as the last event has it. */
  readonly model?: string;
  /** The first sequence number in the export: above 1 it has a part of the chain, and what was before rests on trust. */
  readonly first: number;
  readonly last: number;
  /** The hash of the last event. */
  readonly hash: string;
  /** The last event that a checkpoint has, where checkpoints are at hand. */
  readonly sealed?: number;
}

/** The first bad line. `chain` and `seq` are what the line says of itself, where it says so. */
export interface Fault {
  /** Counted from 1. */
  readonly line: number;
  readonly chain?: string;
  readonly seq?: number;
  readonly why: string;
}

/** Only what the chain rests on: an event may have more than this version knows, and all of it is hashed. */
const Link = z.object({
  id: z.string(),
  seq: z.int().check(z.gte(1)),
  at: z.string(),
  tenant: z.string(),
  model: z.optional(z.object({ id: z.string(), name: z.string() })),
  prevHash: z.string(),
  hash: z.string(),
});
type Link = z.output<typeof Link>;

/** The last line of an export. */
const Completed = z.strictObject({ type: z.literal('export.completed'), events: z.int() });

/**
 * Recomputes every chain of an export, line by line: nothing is kept but the end of each chain. The lines come without
 * their line ends. Without a log, whoever can rewrite a whole chain, or cut its end off and adjust the count, is not found
 * out here. With one, the export has to be whole: every chain from its first event on, and at least as far as the log.
 */
export async function verifyChains(lines: AsyncIterable<string> | Iterable<string>, log?: ProvedLog): Promise<Verdict> {
  const chains = new Map<string, End>();
  let events = 0;
  let line = 0;
  let isCompleted = false;
  const verdict = (fault?: Fault): Verdict => ({
    events,
    chains: [...chains].map(([chain, { at: _, mark, ...end }]) => {
      const sealed = log?.marks.get(chain)?.[mark - 1]?.seq;
      return { chain, ...end, ...(sealed !== undefined && { sealed }) };
    }),
    ...(fault && { fault }),
  });

  for await (const text of lines) {
    line += 1;
    const step = isCompleted
      ? { why: 'It comes after the last line of an export.' }
      : safely(text, { chains, events, ...(log && { log }) });
    if ('why' in step) return verdict({ line, ...step });
    if ('end' in step) {
      chains.set(step.chain, step.end);
      events += 1;
    } else isCompleted = true;
  }
  if (!isCompleted) return verdict({ line: line + 1, why: CUT_OFF });
  const missed = log && shorterThan(log, chains);
  return verdict(missed && { line, ...missed });
}

const CUT_OFF = 'The last line is missing, which says how many events there are: the export was cut off.';

/** The end of a chain, as far as the lines have come. */
interface End extends Omit<Proved, 'chain' | 'sealed'> {
  readonly at: string;
  /** How many of the marks of the log it has passed. */
  readonly mark: number;
}

/** What was read before a line, and what it is held against. */
interface Known {
  readonly chains: ReadonlyMap<string, End>;
  readonly events: number;
  readonly log?: ProvedLog;
}

/** What a line does: it takes a chain further, ends the export, or is bad. */
type Step = { readonly chain: string; readonly end: End } | { readonly completed: true } | Omit<Fault, 'line'>;

/** Nesting without end would exhaust the stack. */
function safely(...line: Parameters<typeof stepOf>): Step {
  try {
    return stepOf(...line);
  } catch (error) {
    /* v8 ignore next -- @preserve no line brings about another error: it would be a bug of ours */
    if (!(error instanceof RangeError)) throw error;
    return { why: 'It is nested deeper than any event.' };
  }
}

function stepOf(text: string, { chains, events, log }: Known): Step {
  const value = parsed(text);
  if (value === undefined) return { why: 'It is not JSON.' };
  // JSON can be spelled in many ways that parse alike: only the one that was written is evidence.
  if (JSON.stringify(value) !== text) return { why: RESPELLED };
  const completed = isEnding(value) ? Completed.safeParse(value) : undefined;
  if (completed?.success) return completionOf(completed.data.events, events);
  const link = Link.safeParse(value);
  if (!link.success) {
    const fields = link.error.issues.map(({ path }) => path.join('.') || 'the object');
    return { why: `It is no event: ${fields.join(', ')} missing or of another kind.` };
  }

  const { seq, hash, at, tenant, model } = link.data;
  const chain = chainOf(tenant, model?.id);
  const before = chains.get(chain);
  const why = faultOf(link.data, value as EventView, before) ?? (log && whyNotAsSealed(link.data, log, before));
  if (why !== undefined) return { chain, seq, why };
  const mark = passedBy(seq, log?.marks.get(chain) ?? [], before);
  const end = { first: before?.first ?? seq, last: seq, hash, at, mark };
  return { chain, end: { ...(model && { model: model.name }), ...end } };
}

const isEnding = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'export.completed';

const RESPELLED =
  'It is not spelled as the registry writes it: a name is there twice, or a number, a text or a space is another.';

const completionOf = (said: number, events: number): Step =>
  said === events
    ? { completed: true }
    : { why: `It says that there are ${said} events, and there are ${events}: some are missing, or too many.` };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why an event does not follow on the one before it in its chain. */
function faultOf(link: Link, event: EventView, end: End | undefined): string | undefined {
  if (hashOf(event) !== link.hash) return 'Its hash is not that of its content: it was changed.';
  const { id, seq, at, tenant, model, prevHash } = link;
  if (id !== eventId(tenant as TenantId, model?.id as ModelId | undefined, seq))
    return 'Its id is not that of its place.';
  if (!end) return seq === 1 && prevHash !== GENESIS ? 'It is the first event, and names one before it.' : undefined;

  if (seq === end.last) return 'Its place in the chain is taken by the event before it.';
  if (seq < end.last) return `It comes after event ${end.last}: events are in another order, or one is there twice.`;
  if (seq > end.last + 1) return `It follows event ${end.last}: ${missing(end.last + 1, seq - 1)} missing.`;
  if (prevHash !== end.hash)
    return `It does not follow on event ${end.last} as it is here: one of the two was replaced.`;
  return at < end.at ? 'It is dated before the event before it.' : undefined;
}

const missing = (from: number, to: number): string =>
  from === to ? `event ${from} is` : `events ${from} to ${to} are`;
