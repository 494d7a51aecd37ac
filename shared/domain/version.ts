import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { type Approval, ApprovalId, closingOf } from './approval.ts';
import type { DigestGuard } from './artifact.ts';
import { type Change, momentOf, type Occasion, unchanged } from './change.ts';
import { Compacted } from './compaction.ts';
import { DAY_MS } from './day.ts';
import { NO_TIES, type Ties, VersionRef } from './dependency.ts';
import { Evidence, NO_EVIDENCE } from './evidence.ts';
import { NOT_RETAINED, type Retained } from './hold.ts';
import { releasedBy, without } from './leaving.ts';
import { keepSmall, Lineage, Metrics, Source } from './metadata.ts';
import { type Model, touched } from './model.ts';
import { ModelId, Revision, Sha256, TenantId, Timestamp, VersionNumber } from './names.ts';
import { Lifecycle } from './policy-document.ts';
import { Actor } from './principal.ts';
import { Schema } from './schema.ts';
import { isActive, Stage } from './stage.ts';
import { Description, type DescriptionChanges, describedAnew, Tags, toldOfTags } from './text.ts';
import { forcedOn, whyNeeded, withCount } from './ties.ts';

/**
 * `uploading` until every file is there and proved, then `complete` for good. An upload that nobody completed within
 * seven days is `abandoned`. A deleted version keeps its number.
 */
export const VersionState = z.enum(['uploading', 'complete', 'abandoned', 'deleted']);
export type VersionState = z.output<typeof VersionState>;

/** One registered state of a model. But for its stage, description and tags it never changes once it is complete. */
export const Version = z.object({
  kind: z.literal('version'),
  tenant: TenantId,
  model: ModelId,
  number: VersionNumber,
  state: VersionState,
  stage: Stage,
  description: Description,
  tags: Tags,
  metrics: Metrics,
  schema: z.optional(Schema),
  lineage: Lineage,
  /** Which versions it needs, in the order in which they were given. */
  needs: z._default(z.array(VersionRef), []),
  /** Whether any version was ever registered that needs it, or was about to be: else nobody has to look for one. */
  needed: z._default(z.boolean(), false),
  /** Where the files are, when they are not kept here. */
  source: z.optional(Source),
  /** The version whose files these are, when it was registered as a copy of another one. */
  copyOf: z.optional(VersionRef),
  /** What the files are, when they are kept here. */
  artifact: z.optional(z.object({ rootDigest: Sha256, files: z.int(), bytes: z.int() })),
  /**
   * What a version was made of that was uploaded before it was registered: as what its uploader named it, and the list of
   * its files. It is complete when they were read.
   */
  uploaded: z.optional(z.object({ source: Source, list: z.string(), files: z.int(), bytes: z.int() })),
  /** Why its upload was given up, where it was not for want of time. */
  failure: z.optional(z.string()),
  /** What is known of it besides: card, checks, evaluations. It goes on growing when the rest is for ever. */
  evidence: z._default(Evidence, NO_EVIDENCE),
  registeredBy: Actor,
  createdAt: Timestamp,
  completedAt: z.optional(Timestamp),
  /** Who saw to it that the last file was there: as good as whoever registered it. */
  completedBy: z.optional(Actor),
  /** When it first entered production: from then on a rollback may bring it back. */
  releasedAt: z.optional(Timestamp),
  /** Whether a policy let it into production. Of versions of earlier builds nobody noted it: they count as governed. */
  releasedUnder: z.optional(Lifecycle),
  /** When it entered the stage that it is in: from then on retention counts. */
  stageAt: z.optional(Timestamp),
  /** When its files were deleted, which only retention does; `pending` until the bytes that nobody else uses are gone. */
  erased: z.optional(z.object({ at: Timestamp, pending: z.boolean() })),
  /** What is left of evaluations that were too old to be kept one by one. */
  compacted: z.optional(Compacted),
  /** The approvals that let it into a stage, and are consumed by that. */
  admittedBy: z.optional(z.object({ staging: z.optional(ApprovalId), production: z.optional(ApprovalId) })),
  updatedAt: Timestamp,
  revision: Revision,
});
export type Version = z.output<typeof Version>;

export const UPLOAD_DAYS = 7;

/** When a version entered the stage that it is in. Of one that did so before that was noted, it is not known better. */
export const enteredAt = ({ stageAt, updatedAt }: Pick<Version, 'stageAt' | 'updatedAt'>): string =>
  stageAt ?? updatedAt;

/** Why nothing can be done any more with the files of a version. */
export const erasedIn = ({ name }: { readonly name: string }, { number, erased }: Version): Failure | undefined =>
  erased && new Failure('artifact.deleted', `The files of ${name} version ${number} were deleted on ${erased.at}.`);

/** The state of a version at a moment: an upload is abandoned by the mere passing of time. */
export function stateAt(version: Pick<Version, 'state' | 'createdAt'>, now: Date): VersionState {
  const age = now.getTime() - Date.parse(version.createdAt);
  return version.state === 'uploading' && age > UPLOAD_DAYS * DAY_MS ? 'abandoned' : version.state;
}

/** Whether a version came into production when it took what the policy asks, at least once. */
export const isLetInByPolicy = ({ releasedAt, releasedUnder }: Version): boolean =>
  releasedAt !== undefined && releasedUnder !== 'open';

/** A version as sentences name it. */
export const titleOf = ({ name }: Pick<Model, 'name'>, { number }: Pick<Version, 'number'>): string =>
  `${name} version ${number}`;

/** Why nothing can be done yet with a version whose files are not all there. */
export const incompleteIn = ({ name }: Model, { number, state }: Version): Failure | undefined =>
  state === 'complete' ? undefined : new Failure('version.incomplete', `${name} version ${number} is ${state}.`);

/** @throws Failure `version.incomplete` */
export function keepComplete(model: Model, version: Version): void {
  const incomplete = incompleteIn(model, version);
  if (incomplete) throw incomplete;
}

/** A changed version, one revision on. */
export const revised = (version: Version, at: string, changes: Partial<Version>): Version => ({
  ...version,
  ...changes,
  updatedAt: at,
  revision: version.revision + 1,
});

/**
 * Describes a version anew. Everything else about it is evidence.
 * @throws Failure `request.invalid` when there would be too many tags, or too much metadata
 */
export function updateVersion(
  model: Model,
  version: Version,
  input: DescriptionChanges,
  occasion: Occasion,
): Change<Version> {
  const changes = describedAnew(version, input);
  const fields = Object.keys(changes);
  if (fields.length === 0) return unchanged(version);

  const { metrics, schema, lineage, needs: dependsOn } = version;
  keepSmall({ description: version.description, tags: version.tags, ...changes, metrics, schema, lineage, dependsOn });

  const updated = revised(version, momentOf(model, occasion), changes);
  return {
    result: updated,
    // The model is as it was: its own time is not that of its versions' notes.
    head: { replace: touched(model, occasion, { updatedAt: model.updatedAt }) },
    writes: [{ replace: updated }],
    event: {
      type: 'version.updated',
      version: version.number,
      actor: occasion.actor,
      data: { fields, ...toldOfTags(version, changes) },
    },
  };
}

/** What a deletion rests on, and whether it is to happen although an active version needs it. */
export interface Deletion {
  readonly guard?: DigestGuard | undefined;
  /** All that were asked for. */
  readonly approvals?: readonly Approval[];
  readonly ties?: Ties;
  /** What rule 12 says of it. */
  readonly retained?: Retained;
  readonly force?: boolean;
  readonly reason?: string | undefined;
  /** Although it is in a stage or has an alias, which it then leaves: of an open lifecycle alone. */
  readonly evenInUse?: boolean;
}

/**
 * Deletes a version: its files may be registered again, its number stays used, its history stays.
 * @throws Failure `version.in_use` while it is in staging or production, has an alias, or is needed by an active version
 * (rule 8), unless that last one is forced; `hold.in_force` and `version.retained` where rule 12 keeps it
 */
export function deleteVersion(
  model: Model,
  version: Version,
  {
    guard,
    approvals = [],
    ties = NO_TIES,
    retained = NOT_RETAINED,
    force = false,
    reason,
    evenInUse = false,
  }: Deletion,
  occasion: Occasion,
): Change<Version> {
  const used = evenInUse && model.lifecycle === 'open' ? undefined : whyUsed(model, version);
  const inUse = (why: string) => new Failure('version.in_use', `${model.name} version ${version.number} ${why}.`);
  if (used !== undefined) throw inUse(used);
  if (retained.why) throw retained.why;
  const needed = force ? undefined : whyNeeded(ties);
  if (needed !== undefined) throw inUse(needed);

  const at = momentOf(model, occasion);
  const deleted = revised(version, at, {
    state: 'deleted',
    ...(isActive(version.stage) && { stage: 'archived' }),
  });
  const closing = closingOf(approvals, version, at);
  const rootDigest = version.artifact && { rootDigest: version.artifact.rootDigest };
  const after = touched(model, occasion, without(model, version.number));
  const change: Change<Version> = {
    result: deleted,
    head: { replace: after },
    writes: [
      { replace: deleted },
      ...(guard?.version === version.number ? [{ remove: guard }] : []),
      ...releasedBy(model, after, occasion),
      ...retained.writes,
      ...closing.writes,
    ],
    event: {
      type: 'version.deleted',
      version: version.number,
      actor: occasion.actor,
      data: {
        ...rootDigest,
        ...closing.data,
        ...(reason !== undefined && { reason }),
        ...(isActive(version.stage) && { from: version.stage }),
        ...forcedOn(ties),
      },
    },
  };
  return withCount(change, ties);
}

/** Why a version is no one's to delete as long as it is used. */
function whyUsed({ aliases }: Model, { number, stage }: Version): string | undefined {
  if (isActive(stage)) return `is in ${stage}`;
  const [alias] = Object.entries(aliases).find(([, named]) => named === number) ?? [];
  return alias === undefined ? undefined : `has the alias ${alias}`;
}

/**
 * What a version takes and gives.
 * @throws Failure `schema.not_found`
 */
export function schemaOf({ name }: Model, { number, schema }: Version): Schema {
  if (schema) return schema;
  throw new Failure('schema.not_found', `${name} version ${number} was registered without a schema.`);
}

/**
 * What can be downloaded of a version.
 * @throws Failure `version.external`, `version.incomplete`, `artifact.deleted`
 */
export function downloadable({ name }: Model, version: Version): NonNullable<Version['artifact']> {
  const { number, state, source, artifact } = version;
  const erased = erasedIn({ name }, version);
  if (erased) throw erased;
  if (artifact && state === 'complete') return artifact;
  if (artifact) throw new Failure('version.incomplete', `${name} version ${number} is ${state}.`);
  throw new Failure('version.external', `The files of ${name} version ${number} are at ${source}.`);
}

/** What is lost of a version, as a sentence lists it. */
export const lostText = (lost: readonly string[]): string =>
  `${lost.slice(0, LOST_NAMED).join(', ')}${lost.length > LOST_NAMED ? ' and more' : ''}`;

const LOST_NAMED = 10;

/**
 * Keeps a download from being given that is not all of what was registered.
 * @throws Failure `artifact.lost`, naming up to 10 files
 */
export function keepAll({ name }: Pick<Model, 'name'>, number: VersionNumber, lost: readonly string[]): void {
  if (lost.length === 0) return;
  const issues = lost.slice(0, LOST_NAMED).map((field) => ({ field, message: 'is not there any more' }));
  const detail = `${name} version ${number} has lost ${lostText(lost)}.`;
  throw new Failure('artifact.lost', detail, { issues });
}
