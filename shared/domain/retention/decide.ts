import { ARTIFACT_CLAUSES, type Clause, type Days, held, type Keeping, type Snapshot, waiting } from './clauses.ts';

/** What is to be done with a version. */
export type Action =
  | { readonly kind: 'archive' }
  /** Its upload was never completed. */
  | { readonly kind: 'abandon' }
  /** Its files go; itself and its history stay. */
  | { readonly kind: 'erase' }
  /** The bytes go that nobody uses any more, of files that were deleted. */
  | { readonly kind: 'collect' }
  /** These evaluations go into the summary. */
  | { readonly kind: 'compact'; readonly evaluations: readonly number[] };

/** What becomes of a version: what is to be done now, why the rest is kept, and when time alone will change that. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly kept: readonly Keeping[];
  readonly next?: string;
}

/** How many evaluations go at once: they fit one transaction. */
export const COMPACTED_AT_ONCE = 50;

/**
 * What retention does with a version at a moment: the same for a preview and for the run. It knows only what the snapshot
 * says; whoever acts on it does so in a transaction that rests on all of that.
 */
export const decide = (snapshot: Snapshot, days: Days, now: Date): Plan =>
  decideBy(ARTIFACT_CLAUSES, snapshot, days, now);

/** The same by other clauses: a test leaves one out, to see that something fails without it. */
export function decideBy(clauses: Readonly<Record<string, Clause>>, snapshot: Snapshot, days: Days, now: Date): Plan {
  const parts = [
    stagePart(snapshot, days, now),
    artifactPart(Object.values(clauses), snapshot, days, now),
    evaluationsPart(snapshot, days, now),
  ];
  const actions = parts.flatMap((part) => part.actions);
  const kept = parts.flatMap((part) => part.kept);
  const [next] = parts.flatMap((part) => nextOf(part) ?? []).toSorted();
  return { actions, kept, ...(next !== undefined && { next }) };
}

type Part = Pick<Plan, 'actions' | 'kept'>;

const NOTHING: Part = { actions: [], kept: [] };

/** When time will have made all reasons go away; never where one of them is not a matter of time. */
function nextOf({ kept }: Part): string | undefined {
  if (kept.length === 0 || kept.some(({ until }) => until === undefined)) return undefined;
  return kept
    .flatMap(({ until }) => until ?? [])
    .toSorted()
    .at(-1);
}

const doing = (action: Action, ...reasons: readonly (Keeping | undefined)[]): Part => {
  const kept = reasons.filter((reason) => reason !== undefined);
  return kept.length > 0 ? { actions: [], kept } : { actions: [action], kept };
};

function stagePart({ version, deletedAt, holds, dependents }: Snapshot, { stagingDays }: Days, now: Date): Part {
  if (version.state !== 'complete' || version.stage !== 'staging' || deletedAt !== undefined) return NOTHING;
  const since = version.stageAt ?? version.updatedAt;
  return doing(
    { kind: 'archive' },
    waiting('staging_days', since, stagingDays, now, `${stagingDays} days to be promoted in`, 'stage'),
    held('stage', holds),
    dependents > 0 ? { what: 'stage', why: 'needed', detail: 'an active version needs it' } : undefined,
  );
}

function artifactPart(clauses: readonly Clause[], snapshot: Snapshot, days: Days, now: Date): Part {
  const { artifact, erased, state } = snapshot.version;
  if (!artifact) return NOTHING;
  if (erased) return erased.pending ? doing({ kind: 'collect' }, held('artifact', snapshot.holds)) : NOTHING;
  const reasons = clauses.map((clause) => clause(snapshot, days, now));
  return doing({ kind: state === 'uploading' ? 'abandon' : 'erase' }, ...reasons);
}

function evaluationsPart({ evaluations, latest, holds }: Snapshot, days: Days, now: Date): Part {
  const { evaluationDays } = days;
  const age = (at: string) =>
    waiting('evaluation_days', at, evaluationDays, now, `younger than ${evaluationDays} days`, 'evaluations');
  const others = evaluations.filter(({ number }) => !latest.has(number));
  const [oldest] = others;
  if (!oldest) {
    const detail = 'the latest on its data set';
    return evaluations.length > 0
      ? { actions: [], kept: [{ what: 'evaluations', why: 'latest_evaluation', detail }] }
      : NOTHING;
  }
  const old = others.filter(({ at }) => age(at) === undefined).slice(0, COMPACTED_AT_ONCE);
  return doing(
    { kind: 'compact', evaluations: old.map(({ number }) => number) },
    age(oldest.at),
    held('evaluations', holds),
  );
}
