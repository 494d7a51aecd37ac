import { Failure } from '../errors.ts';
import {
  type Approval,
  type ApprovalId,
  type ApprovalState,
  approvalStateAt,
  countOf,
  type Decision,
  isOpen,
  isSamePerson,
  subjectOf,
  type Vote,
} from './approval.ts';
import { type Change, momentOf, type Occasion, type Refused } from './change.ts';
import { DAY_MS } from './day.ts';
import { type Model, touched } from './model.ts';
import { type Policies, sameAs } from './policy.ts';
import { type ApprovalDemand, merged } from './policy-document.ts';
import type { Role } from './role.ts';
import { type ActiveStage, nextStages } from './stage.ts';
import { keepComplete, type Version } from './version.ts';

/** How many approvals of a version can be asked for. */
const APPROVALS_MAX = 100;

/** What an approval is about, as it is now. */
export interface Subject {
  readonly version: Version;
  readonly policies: Policies;
}

/** The state of an approval at a moment, for its subject as it is now. */
export const stateOf = (approval: Approval, { version, policies }: Subject, now: Date): ApprovalState =>
  approvalStateAt(approval, version, subjectOf(version, approval.stage, policies), now);

/** What the policy in force demands for a stage, or `undefined` where nobody has to agree. */
export function demandFor(stage: ActiveStage, { ofTenant, ofModel }: Policies): ApprovalDemand | undefined {
  const demand = merged(ofTenant?.document, ofModel?.document).approvals[stage];
  return demand && demand.required > 0 ? demand : undefined;
}

/**
 * Asks for the approval of a version for a stage. `earlier` are those that were asked for before.
 * @throws Failure `approval.needless`, `approval.exists`, `version.incomplete`, `model.full`
 */
export function requestApproval(
  model: Model,
  { version, policies }: Subject,
  earlier: readonly Approval[],
  {
    id,
    stage,
    comment,
  }: { readonly id: ApprovalId; readonly stage: ActiveStage; readonly comment?: string | undefined },
  occasion: Occasion,
): Change<Approval> {
  const demand = demanded(model, version, stage, policies);
  const subject = subjectOf(version, stage, policies);
  const stateNow = (one: Approval) => approvalStateAt(one, version, subject, occasion.now);
  const open = earlier.filter((one) => one.stage === stage && isOpen(one.state));
  const same = open.find((one) => isOpen(stateNow(one)));
  if (same) throw new Failure('approval.exists', `${titleOf(model, same)} was asked for already: ${same.id}.`);
  if (earlier.length >= APPROVALS_MAX) {
    throw new Failure('model.full', `${nameOf(model, version)} has ${APPROVALS_MAX} approvals, and can have no more.`);
  }
  const at = momentOf(model, occasion);
  const approval: Approval = {
    kind: 'approval',
    tenant: model.tenant,
    model: model.id,
    id,
    version: version.number,
    stage,
    subject,
    state: 'pending',
    ...(comment !== undefined && { comment }),
    requestedBy: occasion.actor,
    requestedAt: at,
    expiresAt: new Date(Date.parse(at) + demand.expiresAfterDays * DAY_MS).toISOString(),
    votes: [],
    revision: 1,
  };
  return {
    result: approval,
    head: { replace: touched(model, occasion) },
    writes: [
      restingOn(policies, model),
      { create: approval },
      ...open.map((one) => ({ replace: closed(one, stateNow(one), at) })),
    ],
    event: {
      type: 'approval.requested',
      version: version.number,
      actor: occasion.actor,
      data: { approval: id, stage, subject, ...(comment !== undefined && { comment }) },
    },
  };
}

/** @throws Failure where nobody has to agree, or the version could not go there whoever agreed */
function demanded(model: Model, version: Version, stage: ActiveStage, policies: Policies): ApprovalDemand {
  const name = nameOf(model, version);
  keepComplete(model, version);
  if (model.lifecycle === 'open') {
    throw new Failure('approval.needless', `${model.name} has an open lifecycle: nobody has to agree.`);
  }
  const demand = demandFor(stage, policies);
  if (!demand) throw new Failure('approval.needless', `Nobody has to agree before ${name} enters ${stage}.`);
  // Asked for in time: a version that is to go to staging first may be reviewed for production meanwhile.
  const isOnItsWay = nextStages(version.stage).some((next) => next === stage || nextStages(next).includes(stage));
  if (isOnItsWay) return demand;
  throw new Failure('approval.needless', `${name} is in ${version.stage}, from where nothing leads to ${stage}.`);
}

/** A person's word, and what makes it count. */
export interface Voting {
  readonly decision: Decision;
  readonly reason?: string | undefined;
  /** The roles that the voter has on the model. */
  readonly roles: readonly Role[];
  readonly provenBy: Vote['provenBy'];
}

/** Votes on an approval. What is against the rules is refused, and the refusal is recorded. */
export function vote(
  model: Model,
  subject: Subject,
  approval: Approval,
  voting: Voting,
  occasion: Occasion,
): Change<Approval> {
  const { version, policies } = subject;
  const demand = demandFor(approval.stage, policies);
  const state = stateOf(approval, subject, occasion.now);
  const refusal =
    closedRefusal(model, approval, state) ?? refusalOf(model, version, approval, demand, voting, occasion);
  if (refusal || !demand) {
    return refused(model, policies, approval, state, refusal ?? notPending(model, approval, 'void'), occasion);
  }
  const at = momentOf(model, occasion);
  const roles = voting.roles.filter((role) => demand.roles.includes(role));
  const { decision, reason, provenBy } = voting;
  const cast: Vote = { actor: occasion.actor, decision, ...(reason && { reason }), roles, provenBy, at };
  const voted = withVote(approval, cast, demand);
  return {
    result: voted,
    head: { replace: touched(model, occasion) },
    writes: [restingOn(policies, model), { replace: voted }],
    event: {
      type: 'approval.voted',
      version: approval.version,
      actor: occasion.actor,
      data: {
        approval: approval.id,
        stage: approval.stage,
        subject: approval.subject,
        decision,
        state: voted.state,
        roles,
        provenBy,
        ...(reason && { reason }),
      },
    },
  };
}

function withVote(approval: Approval, cast: Vote, demand: ApprovalDemand): Approval {
  const votes = [...approval.votes, cast];
  const voted = { ...approval, votes, revision: approval.revision + 1 };
  if (cast.decision === 'reject') return { ...voted, state: 'rejected', closedAt: cast.at };
  return { ...voted, state: countOf(voted, demand) >= demand.required ? 'approved' : 'pending' };
}

/** Why nobody at all can vote on it any more. */
function closedRefusal(model: Model, approval: Approval, state: ApprovalState): Failure | undefined {
  return state === 'pending' ? undefined : notPending(model, approval, state);
}

const notPending = (model: Model, approval: Approval, state: ApprovalState): Failure =>
  new Failure('approval.closed', `${titleOf(model, approval)} ${WHY[state]}.`);

const WHY: Readonly<Record<ApprovalState, string>> = {
  pending: 'is pending',
  approved: 'has all the votes that it needs',
  consumed: 'was used by a promotion',
  rejected: 'was rejected',
  withdrawn: 'was withdrawn',
  expired: 'has expired',
  void: 'is void: files, schema, metrics, card, checks or policy have changed since it was asked for',
};

/** Why this person's vote does not count, though others' would. */
function refusalOf(
  model: Model,
  version: Version,
  approval: Approval,
  demand: ApprovalDemand | undefined,
  { roles }: Voting,
  { actor }: Occasion,
): Failure | undefined {
  const refusal = (why: string) => new Failure('vote.refused', `${titleOf(model, approval)}: ${why}.`);
  if (!demand) return undefined;
  if (!roles.some((role) => demand.roles.includes(role))) {
    return refusal(`only votes of the role ${demand.roles.join(' or ')} count`);
  }
  if (approval.votes.some((one) => isSamePerson(one.actor, actor))) return refusal('you have voted already');
  if (!demand.separation) return undefined;
  if (isSamePerson(version.registeredBy, actor)) return refusal('you registered the version');
  return isSamePerson(approval.requestedBy, actor) ? refusal('you asked for it') : undefined;
}

function refused(
  model: Model,
  policies: Policies,
  approval: Approval,
  state: ApprovalState,
  refusal: Failure,
  occasion: Occasion,
): Refused {
  const at = momentOf(model, occasion);
  const isOver = isOpen(approval.state) && !isOpen(state);
  return {
    refusal,
    head: { replace: touched(model, occasion, { updatedAt: model.updatedAt }) },
    // What time or a change has ended leaves the inbox, now that somebody has seen it.
    writes: [restingOn(policies, model), ...(isOver ? [{ replace: closed(approval, state, at) }] : [])],
    event: {
      type: 'vote.refused',
      version: approval.version,
      actor: occasion.actor,
      data: { approval: approval.id, stage: approval.stage, code: refusal.code, detail: refusal.message },
    },
  };
}

/**
 * Takes a request back: whoever made it may, and an admin.
 * @throws Failure `approval.closed`, `approval.not_yours`
 */
export function withdrawApproval(
  model: Model,
  subject: Subject,
  approval: Approval,
  { isAdmin, reason }: { readonly isAdmin: boolean; readonly reason?: string | undefined },
  occasion: Occasion,
): Change<Approval> {
  const state = stateOf(approval, subject, occasion.now);
  if (!isOpen(state)) throw notPending(model, approval, state);
  if (!isAdmin && !isSamePerson(approval.requestedBy, occasion.actor)) {
    throw new Failure('approval.not_yours', `${titleOf(model, approval)} was asked for by somebody else.`);
  }
  const withdrawn = closed(approval, 'withdrawn', momentOf(model, occasion));
  return {
    result: withdrawn,
    head: { replace: touched(model, occasion) },
    writes: [{ replace: withdrawn }],
    event: {
      type: 'approval.withdrawn',
      version: approval.version,
      actor: occasion.actor,
      data: { approval: approval.id, stage: approval.stage, ...(reason !== undefined && { reason }) },
    },
  };
}

/** An approval that is over: nobody finds it in the inbox any more. */
const closed = (approval: Approval, state: ApprovalState, at: string): Approval => ({
  ...approval,
  state,
  closedAt: at,
  revision: approval.revision + 1,
});

/**
 * What a decision that rests on the policies demands of the transaction. That of the model is as it was read as long as
 * the model is: who puts one writes the model too.
 */
export const restingOn = ({ ofTenant }: Policies, { tenant }: Model) => sameAs(ofTenant, tenant);

const nameOf = ({ name }: Model, { number }: Version): string => `${name} version ${number}`;

const titleOf = ({ name }: Model, { version, stage }: Pick<Approval, 'version' | 'stage'>): string =>
  `The approval of ${name} version ${version} for ${stage}`;
