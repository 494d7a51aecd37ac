import type { DigestGuard } from '../artifact.ts';
import { type Change, type EntityWrite, momentOf, type Occasion } from '../change.ts';
import { compactedWith } from '../compaction.ts';
import type { Ties } from '../dependency.ts';
import type { Evaluation } from '../evaluation.ts';
import { archive } from '../lifecycle.ts';
import { type Grave, type Model, touched } from '../model.ts';
import { type Policies, sameAs } from '../policy.ts';
import type { Tenant } from '../tenant.ts';
import { withCount } from '../ties.ts';
import { revised, type Version } from '../version.ts';
import type { Days } from './clauses.ts';
import { halted, limitOf, type Upkeep } from './upkeep.ts';

/** What a change by retention rests on, besides the model and the version that it writes. */
export interface Grounds {
  readonly tenant: Tenant;
  readonly policies: Policies;
  readonly ties: Ties;
  /** Counts it, where it is the policy that wants it, and no person. */
  readonly count?: EntityWrite | undefined;
}

/** What must still be so in the transaction: the holds, both policies, and the count of the day. */
const resting = ({ tenant, policies, count }: Grounds, { id }: Model | Grave): EntityWrite[] => [
  { unchanged: tenant },
  sameAs(policies.ofTenant, tenant.id),
  sameAs(policies.ofModel, tenant.id, id),
  ...(count ? [count] : []),
];

/** A model after a change that nobody asked for: it is not said to be updated, and a deleted one was not deleted anew. */
const kept = <M extends Model | Grave>(model: M, occasion: Occasion, changes: Pick<Partial<Model>, 'former'> = {}): M =>
  touched(model, occasion, { updatedAt: model.updatedAt, ...changes });

/** Takes a version out of staging that was not promoted in time. */
export function archiveStale(
  model: Model,
  version: Version,
  { stagingDays }: Days,
  grounds: Grounds,
  occasion: Occasion,
): Change<unknown> {
  const reason = `Not promoted in ${stagingDays} days.`;
  const change = archive(model, { version, reason, ties: grounds.ties }, occasion);
  if (change.head === undefined || 'refusal' in change) return change;
  return { ...change, writes: [...change.writes, ...resting(grounds, model)] };
}

/**
 * Deletes the files of a version, as far as the registry is concerned: from now on nobody gets them, and no rollback goes
 * there. The bytes go afterwards, those that nobody else uses.
 */
export function erase(
  model: Model | Grave,
  version: Version,
  guard: DigestGuard | undefined,
  { artifactHoldDays }: Days,
  grounds: Grounds,
  occasion: Occasion,
): Change<Version> {
  const { artifact } = version;
  if (!artifact) throw new Error(`Version ${version.number} has no files that could be deleted.`);
  const at = momentOf(model, occasion);
  const erased = revised(version, at, { erased: { at, pending: true } });
  const former = model.former.filter((number) => number !== version.number);
  const change: Change<Version> = {
    result: erased,
    head: { replace: kept(model, occasion, { former }) },
    writes: [
      { replace: erased },
      ...(guard?.version === version.number ? [{ remove: guard }] : []),
      ...resting(grounds, model),
    ],
    event: {
      type: 'artifact.deleted',
      version: version.number,
      actor: occasion.actor,
      data: {
        rootDigest: artifact.rootDigest,
        files: artifact.files,
        bytes: artifact.bytes,
        after: model.kind === 'grave' ? 'model deleted' : version.state === 'complete' ? version.stage : version.state,
        ...(version.state === 'complete' && { heldDays: artifactHoldDays }),
      },
    },
  };
  return withCount(change, grounds.ties);
}

/** Gives up an upload that nobody completed: its digest is free again. */
export function abandon(
  model: Model | Grave,
  version: Version,
  guard: DigestGuard | undefined,
  occasion: Occasion,
): Change<Version> {
  const at = momentOf(model, occasion);
  const abandoned = revised(version, at, { state: 'abandoned' });
  const { rootDigest, files = 0, bytes = 0 } = version.artifact ?? {};
  return {
    result: abandoned,
    head: { replace: kept(model, occasion) },
    writes: [{ replace: abandoned }, ...(guard?.version === version.number ? [{ remove: guard }] : [])],
    event: {
      type: 'version.abandoned',
      version: version.number,
      actor: occasion.actor,
      data: { ...(rootDigest && { rootDigest }), files, bytes },
    },
  };
}

/** Puts old evaluations into the summary of their version. The votes on it stay what they are: it is no other evidence. */
export function compact(
  model: Model | Grave,
  version: Version,
  evaluations: readonly Evaluation[],
  { tenant, policies }: Pick<Grounds, 'tenant' | 'policies'>,
  occasion: Occasion,
): Change<Version> {
  const at = momentOf(model, occasion);
  const after = revised(version, at, { compacted: compactedWith(version.compacted, evaluations) });
  return {
    result: after,
    head: { replace: kept(model, occasion) },
    writes: [
      { replace: after },
      ...evaluations.map((forget) => ({ forget })),
      { unchanged: tenant },
      sameAs(policies.ofTenant, tenant.id),
      sameAs(policies.ofModel, tenant.id, model.id),
    ],
    event: {
      type: 'evaluations.compacted',
      version: version.number,
      actor: occasion.actor,
      data: {
        evaluations: evaluations.map(({ number, digest }) => ({ evaluation: number, evaluationDigest: digest })),
      },
    },
  };
}

/** Stops retention in a tenant for a day, as it would do more than is usual. */
export function halt(tenant: Tenant, upkeep: Upkeep, occasion: Occasion): Change<Upkeep> {
  const after = halted(upkeep, occasion.now);
  const at = momentOf(tenant, occasion);
  return {
    result: after,
    head: { replace: { ...tenant, lastAt: at, revision: tenant.revision + 1 } },
    writes: [{ replace: after }],
    event: {
      type: 'retention.halted',
      actor: occasion.actor,
      data: { done: upkeep.done, limit: limitOf(upkeep), until: after.haltedUntil ?? at },
    },
  };
}
