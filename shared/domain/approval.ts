import * as z from 'zod/mini';
import { digestOf } from './canonical.ts';
import type { EntityWrite } from './change.ts';
import { ModelId, Remark, Revision, Sha256, TenantId, Timestamp, ulidOf, VersionNumber } from './names.ts';
import { isOwn } from './own-check.ts';
import type { Policies } from './policy.ts';
import type { ApprovalDemand } from './policy-document.ts';
import { Actor } from './principal.ts';
import { Role } from './role.ts';
import { ActiveStage, leadsTo } from './stage.ts';
import type { Version } from './version.ts';

/** Names an approval: a ULID. */
export const ApprovalId = ulidOf('an approval').brand<'ApprovalId'>();
export type ApprovalId = z.output<typeof ApprovalId>;

export const Decision = z.enum(['approve', 'reject']);
export type Decision = z.output<typeof Decision>;

/** One person's word on one approval. It is never changed and never goes. */
export const Vote = z.object({
  actor: Actor,
  decision: Decision,
  reason: z.optional(Remark),
  /** The roles on the model that made it count. */
  roles: z.array(Role),
  /** How the identity of whoever voted was proved. */
  provenBy: z.literal('aws-sigv4'),
  at: Timestamp,
});
export type Vote = z.output<typeof Vote>;

/**
 * `pending` collects votes. `approved` has enough of them, `consumed` let its version in. One vote against makes it
 * `rejected`, its requester can have it `withdrawn`; `expired` is what time makes of it, and `void` what a change of
 * anything that was voted on makes of it.
 */
export const ApprovalState = z.enum(['pending', 'approved', 'consumed', 'rejected', 'withdrawn', 'expired', 'void']);
export type ApprovalState = z.output<typeof ApprovalState>;

/** A request to let one version, exactly as it is, into one stage. */
export const Approval = z.object({
  kind: z.literal('approval'),
  tenant: TenantId,
  model: ModelId,
  id: ApprovalId,
  version: VersionNumber,
  stage: ActiveStage,
  /** What is voted on: the digest of everything that the decision rests on. */
  subject: Sha256,
  state: ApprovalState,
  comment: z.optional(Remark),
  requestedBy: Actor,
  requestedAt: Timestamp,
  expiresAt: Timestamp,
  votes: z.array(Vote),
  closedAt: z.optional(Timestamp),
  revision: Revision,
});
export type Approval = z.output<typeof Approval>;

/**
 * The digest of everything that a vote is about: files, schema, metrics, card, checks, evaluations, policy, who is who,
 * target. Who changes any of it makes another subject, and votes on the former one are void, for good: what is counted
 * never counts back.
 */
export const subjectOf = (
  { artifact, source, schema, metrics, needs, evidence }: Version,
  stage: ActiveStage,
  { ofTenant, ofModel, peopleRevision }: Policies,
): Sha256 =>
  digestOf({
    stage,
    files: artifact?.rootDigest ?? source,
    schema,
    metrics,
    dependsOn: needs,
    card: evidence.card && { revision: evidence.card.revision, digest: evidence.card.digest },
    checks: votedOn(evidence.checks),
    evaluations: evidence.evaluations,
    policies: [ofTenant?.revision ?? 0, ofModel?.revision ?? 0],
    people: peopleRevision ?? 0,
  }) as Sha256;

/**
 * Of its own checks the registry says what follows from the files, which are voted on as they are: that all is well with
 * them, often only after somebody has asked for votes, is nothing new. That something is wrong is.
 */
const votedOn = (checks: Version['evidence']['checks']): Version['evidence']['checks'] =>
  Object.fromEntries(Object.entries(checks).filter(([name, { outcome }]) => !isOwn(name) || outcome === 'failure'));

/** Whether votes can still make something of it. */
export const isOpen = (state: ApprovalState): boolean => state === 'pending' || state === 'approved';

/** Whether this approval let its version in. */
const isConsumed = ({ id, stage }: Approval, { admittedBy }: Version): boolean => admittedBy?.[stage] === id;

/** Whether no vote can do anything for a version any more: it is deleted, or nothing leads to the stage from where it is. */
export const isPointless = ({ stage }: Approval, version: Version): boolean =>
  version.state !== 'complete' || !leadsTo(version.stage, stage);

/**
 * The state of an approval at a moment, for what there is to vote on now. That it is consumed stands first in the version
 * which it let in: so it is written with the promotion, or not at all. Into the approval it comes when that is closed.
 */
export function approvalStateAt(approval: Approval, version: Version, current: Sha256, now: Date): ApprovalState {
  const { state, expiresAt, subject } = approval;
  if (isConsumed(approval, version)) return 'consumed';
  if (!isOpen(state)) return state;
  if (subject !== current || isPointless(approval, version)) return 'void';
  return now.getTime() >= Date.parse(expiresAt) ? 'expired' : state;
}

/** How many people have approved who count for a demand. */
export const countOf = ({ votes }: Approval, { roles }: Pick<ApprovalDemand, 'roles'>): number =>
  votes.filter((vote) => vote.decision === 'approve' && vote.roles.some((role) => roles.includes(role))).length;

/** An approval that is over: nobody finds it in the inbox any more. */
export const closed = (approval: Approval, state: ApprovalState, at: string): Approval => ({
  ...approval,
  state,
  closedAt: at,
  revision: approval.revision + 1,
});

/** What becomes of the approvals of a version that is archived or deleted: nobody can make anything of them any more. */
export function closingOf(approvals: readonly Approval[], version: Version, at: string) {
  const open = approvals.filter((one) => isOpen(one.state) && !isConsumed(one, version));
  return {
    writes: open.map((one): EntityWrite => ({ replace: closed(one, 'void', at) })),
    /** What the event tells of it. */
    data: open.length === 0 ? {} : { approvals: open.map(({ id }) => id) },
  };
}
