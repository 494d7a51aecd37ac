import { chainOf, type Mark, type ProvedLog } from './audit-log.ts';
import { LATE_MINUTES } from './sealing.ts';

/** An event as far as a log has a say in it. */
interface Sealable {
  readonly tenant: string;
  readonly model?: { readonly id: string } | undefined;
  readonly seq: number;
  readonly at: string;
  readonly hash: string;
}

/** How far a chain has been read: its marks in the log that are behind. */
interface Passed {
  readonly mark: number;
}

/** Why an event is not the one that the log has, or `undefined` where it is, or may be. */
export function whyNotAsSealed(
  event: Sealable,
  { tenant, checkpoints, marks }: ProvedLog,
  before: Passed | undefined,
): string | undefined {
  const { seq, hash, at } = event;
  if (tenant !== undefined && event.tenant !== tenant)
    return `It is of another tenant than the checkpoints: ${tenant}.`;
  if (!before && seq > 1) return 'It is the first one here of its chain: those before it are missing.';
  const known = marks.get(chainOf(event.tenant, event.model?.id)) ?? [];
  const passed = before?.mark ?? 0;
  const next = known[passed];
  if (next?.seq === seq && next.hash !== hash) {
    const since = (known[passed - 1]?.seq ?? 0) + 1;
    const which = since === seq ? 'it was' : `one of the events ${since} to ${seq} was`;
    return `Checkpoint ${next.checkpoint} has another event in its place: ${which} changed after that.`;
  }
  // Every checkpoint before the first that has it had looked at all that was dated well before.
  const lookedAt = checkpoints[(next?.checkpoint ?? checkpoints.length + 1) - 2]?.at;
  if (lookedAt === undefined || Date.parse(at) >= Date.parse(lookedAt) - LATE_MINUTES * 60_000) return undefined;
  return `It is dated ${at}, and the checkpoint of ${lookedAt} does not have it: it was written later, and dated back.`;
}

/** How many marks of a chain are behind its event `seq`. */
export function passedBy(seq: number, marks: readonly Mark[], before: Passed | undefined): number {
  let mark = before?.mark ?? 0;
  while (mark < marks.length && (marks[mark] as Mark).seq <= seq) mark += 1;
  return mark;
}

/** The first event that the log has and an export does not, where every chain ends here. */
export function shorterThan(
  { marks }: ProvedLog,
  ends: ReadonlyMap<string, { readonly last: number }>,
): { readonly chain: string; readonly seq: number; readonly why: string } | undefined {
  for (const [chain, known] of marks) {
    const last = ends.get(chain)?.last ?? 0;
    const missed = known.find(({ seq }) => seq > last);
    if (!missed) continue;
    const why = `Checkpoint ${missed.checkpoint} has event ${missed.seq} of it, and here it ends with ${last}: its end was cut off.`;
    return { chain, seq: last + 1, why };
  }
  return undefined;
}
