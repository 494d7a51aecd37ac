import { Failure } from '../errors.ts';
import { type Approval, type ApprovalState, closed, countOf, type Decision, isOpen, type Vote } from './approval.ts';
import { approvalTitle, demandFor, notOpen, type Subject, stateOf } from './approving.ts';
import { type Change, momentOf, type Occasion, type Refused } from './change.ts';
import { type Model, touched } from './model.ts';
import { isSamePerson, type People } from './people.ts';
import { restingOn } from './policy.ts';
import type { ApprovalDemand } from './policy-document.ts';
import type { Actor } from './principal.ts';
import type { Role } from './role.ts';
import type { Version } from './version.ts';

/** A person's word, and what makes it count. */
export interface Voting {
  readonly decision: Decision;
  readonly reason?: string | undefined;
  /** The roles that the voter has on the model. */
  readonly roles: readonly Role[];
  readonly provenBy: Vote['provenBy'];
  /** Who the voter is, and those that the vote is compared with. */
  readonly people: People;
}

/** Votes on an approval. What is against the rules is refused, and the refusal is recorded. */
export function vote(
  model: Model,
  subject: Subject,
  approval: Approval,
  voting: Voting,
  occasion: Occasion,
): Change<Approval> {
  const state = stateOf(approval, subject, occasion.now);
  const demand = demandOrRefusal(model, subject, approval, { voting, state, voter: occasion.actor });
  if (demand instanceof Failure) return refused(model, subject, approval, { refusal: demand, state }, occasion);

  const cast = castIn(model, voting, demand, occasion);
  const voted = withVote(approval, cast, demand);
  const { decision, reason, roles, provenBy } = cast;
  const { id, stage, version } = approval;
  return {
    result: voted,
    head: { replace: touched(model, occasion) },
    writes: [restingOn(subject.policies, model), { replace: voted }],
    event: {
      type: 'approval.voted',
      version,
      actor: occasion.actor,
      data: {
        ...{ approval: id, stage, subject: approval.subject, decision, state: voted.state, roles, provenBy },
        ...(reason && { reason }),
      },
    },
  };
}

/** What the vote counts for, or why it does not count. Where nobody has to agree any more, the approval is void. */
function demandOrRefusal(
  model: Model,
  { version, policies }: Subject,
  approval: Approval,
  { voting, state, voter }: { readonly voting: Voting; readonly state: ApprovalState; readonly voter: Actor },
): ApprovalDemand | Failure {
  const demand = demandFor(approval.stage, policies);
  if (!demand || !takes(voting.decision, state)) return notOpen(model, approval, version, state);
  const why = whyNot(version, approval, demand, voting, voter);
  return why === undefined ? demand : new Failure('vote.refused', `${approvalTitle(model, approval)}: ${why}.`);
}

/** What has all the votes that it needs can be rejected as long as nothing was promoted on it. */
const takes = (decision: Decision, state: ApprovalState): boolean =>
  state === 'pending' || (state === 'approved' && decision === 'reject');

/** Why this person's vote does not count, though others' would. */
function whyNot(
  version: Version,
  { votes, requestedBy }: Approval,
  { roles, separation }: ApprovalDemand,
  voting: Voting,
  voter: Actor,
): string | undefined {
  const isVoter = (one: Actor | undefined) => one !== undefined && isSamePerson(one, voter, voting.people);
  if (!voting.roles.some((role) => roles.includes(role))) return `only votes of the role ${roles.join(' or ')} count`;
  // Whoever was for it may think better of it: a vote against closes it, whosever it is.
  const stands = votes.some(({ actor, decision }) => isVoter(actor) && decision === voting.decision);
  if (stands) return 'you have voted already';
  if (!separation) return undefined;
  if (isVoter(version.registeredBy)) return 'you registered the version';
  if (isVoter(version.completedBy)) return 'you completed the version';
  return isVoter(requestedBy) ? 'you asked for it' : undefined;
}

function castIn(model: Model, voting: Voting, demand: ApprovalDemand, occasion: Occasion): Vote {
  const { decision, reason, provenBy } = voting;
  const roles = voting.roles.filter((role) => demand.roles.includes(role));
  return { actor: occasion.actor, decision, ...(reason && { reason }), roles, provenBy, at: momentOf(model, occasion) };
}

function withVote(approval: Approval, cast: Vote, demand: ApprovalDemand): Approval {
  const voted = { ...approval, votes: [...approval.votes, cast] };
  if (cast.decision === 'reject') return closed(voted, 'rejected', cast.at);
  const state = countOf(voted, demand) >= demand.required ? 'approved' : 'pending';
  return { ...voted, state, revision: approval.revision + 1 };
}

function refused(
  model: Model,
  { policies }: Subject,
  approval: Approval,
  { refusal, state }: { readonly refusal: Failure; readonly state: ApprovalState },
  occasion: Occasion,
): Refused {
  const isOver = isOpen(approval.state) && !isOpen(state);
  const over = isOver ? [{ replace: closed(approval, state, momentOf(model, occasion)) }] : [];
  return {
    refusal,
    head: { replace: touched(model, occasion, { updatedAt: model.updatedAt }) },
    // What time or a change has ended leaves the inbox, now that somebody has seen it.
    writes: [restingOn(policies, model), ...over],
    event: {
      type: 'vote.refused',
      version: approval.version,
      actor: occasion.actor,
      data: { approval: approval.id, stage: approval.stage, code: refusal.code, detail: refusal.message },
    },
  };
}
