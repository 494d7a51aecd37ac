import { DAY_MS } from '../day.ts';
import type { HoldId } from '../hold.ts';
import type { Alias, VersionNumber } from '../names.ts';
import type { merged } from '../policy-document.ts';
import { isActive } from '../stage.ts';
import { enteredAt, UPLOAD_DAYS, type Version } from '../version.ts';
import { type Reign, stabilityOf } from './stability.ts';

/** The days of a policy in force. */
export type Days = ReturnType<typeof merged>['retention'];

/** An evaluation, as far as its age is concerned. */
export interface Measured {
  readonly number: number;
  readonly at: string;
}

/** Everything that a decision on what becomes of a version rests on. */
export interface Snapshot {
  readonly version: Version;
  /** When its model was deleted, if it was. */
  readonly deletedAt?: string | undefined;
  readonly aliases: readonly Alias[];
  /** The holds that cover it. */
  readonly holds: readonly HoldId[];
  /** How many active versions need it: `DEPENDENTS_NAMED` and one more at most. */
  readonly dependents: number;
  /** Whether another version is a copy of it, with the same files. */
  readonly isCopied: boolean;
  /** Who was in production since it left that, beginning with who was there then. */
  readonly reigns: readonly Reign[];
  /** The oldest of its evaluations that are still there, oldest first. */
  readonly evaluations: readonly Measured[];
  /** Those that its standings are from. */
  readonly latest: ReadonlySet<number>;
}

/** What of a version a decision is about. */
export type What = 'stage' | 'artifact' | 'evaluations';

/** Why something is kept, and until when where time alone will change that. */
export interface Keeping {
  readonly what: What;
  readonly why:
    | 'held'
    | 'in_use'
    | 'alias'
    | 'needed'
    | 'copied'
    | 'hold_days'
    | 'replacement_unstable'
    | 'not_archived'
    | 'staging_days'
    | 'evaluation_days'
    | 'latest_evaluation'
    | 'upload'
    | 'deleted_recently';
  readonly detail: string;
  readonly until?: string;
  readonly holds?: readonly HoldId[];
}

/** One demand that has to be met before something goes: a reason to keep it, or nothing. */
export type Clause = (snapshot: Snapshot, days: Days, now: Date) => Keeping | undefined;

/** How long after an end that somebody chose the bytes are still there: a deleted version or model, in days. */
const REGRET_DAYS = 7;

/** Why the files of a version stay. Every clause has to be silent; each is a demand of rule 12 or of its neighbours. */
export const ARTIFACT_CLAUSES = {
  held: ({ holds }) => held('artifact', holds),
  in_use: ({ version, deletedAt }) =>
    deletedAt === undefined && isActive(version.stage)
      ? { what: 'artifact', why: 'in_use', detail: `in ${version.stage}` }
      : undefined,
  not_archived: ({ version, deletedAt }) =>
    deletedAt === undefined && version.state === 'complete' && version.stage === 'none'
      ? { what: 'artifact', why: 'not_archived', detail: 'never in a stage: only what is archived is ever deleted' }
      : undefined,
  upload: ({ version }, _, now) =>
    version.state === 'uploading'
      ? waiting('upload', version.createdAt, UPLOAD_DAYS, now, 'still to be uploaded')
      : undefined,
  alias: ({ aliases, deletedAt }) =>
    aliases.length > 0 && deletedAt === undefined
      ? { what: 'artifact', why: 'alias', detail: `has the alias ${aliases.join(', ')}` }
      : undefined,
  needed: ({ dependents }) =>
    dependents > 0 ? { what: 'artifact', why: 'needed', detail: 'an active version needs it' } : undefined,
  copied: ({ isCopied }) =>
    isCopied ? { what: 'artifact', why: 'copied', detail: 'another version is a copy of it' } : undefined,
  deleted_recently: ({ version, deletedAt }, _, now) => {
    const at =
      deletedAt ?? (version.state === 'complete' || version.state === 'uploading' ? undefined : version.updatedAt);
    return at === undefined ? undefined : waiting('deleted_recently', at, REGRET_DAYS, now, 'given up lately');
  },
  hold_days: (snapshot, { artifactHoldDays }, now) => {
    const since = regulatedSince(snapshot);
    if (since === undefined) return undefined;
    return waiting('hold_days', since, artifactHoldDays, now, `kept ${artifactHoldDays} days after it was archived`);
  },
  replacement_unstable: ({ version, deletedAt, reigns }, { productionStableDays }, now) =>
    version.releasedAt === undefined || deletedAt !== undefined
      ? undefined
      : unstable(version.number, enteredAt(version), reigns, productionStableDays, now),
} as const satisfies Readonly<Record<string, Clause>>;

/**
 * From when on the regulatory retention of a version counts: of an archived one from its archival; of one that is gone
 * before it was ever in production, not at all.
 */
function regulatedSince({ version, deletedAt }: Snapshot): string | undefined {
  if (version.state === 'complete' && deletedAt === undefined) return enteredAt(version);
  if (version.releasedAt === undefined) return undefined;
  return version.stage === 'archived' ? enteredAt(version) : deletedAt;
}

/** Why a version that was in production stays: what took its place has not proved itself. */
export function unstable(
  version: VersionNumber,
  left: string,
  reigns: readonly Reign[],
  days: number,
  now: Date,
): Keeping | undefined {
  const stability = stabilityOf({ version, at: left }, reigns, days, now);
  if (stability.stable) return undefined;
  const what = { what: 'artifact', why: 'replacement_unstable' } as const;
  return stability.until
    ? {
        ...what,
        detail: `what took its place was not in production for ${days} days`,
        until: stability.until.toISOString(),
      }
    : { ...what, detail: 'nothing has taken its place in production' };
}

export const held = (what: What, holds: readonly HoldId[]): Keeping | undefined =>
  holds.length > 0 ? { what, why: 'held', detail: `under the legal hold ${holds.join(', ')}`, holds } : undefined;

/** Keeping until so many days after a moment have passed. */
export function waiting(
  why: 'hold_days' | 'upload' | 'deleted_recently' | 'staging_days' | 'evaluation_days',
  since: string,
  days: number,
  now: Date,
  detail: string,
  what: What = 'artifact',
): Keeping | undefined {
  const until = new Date(Date.parse(since) + days * DAY_MS);
  return now < until ? { what, why, detail, until: until.toISOString() } : undefined;
}
