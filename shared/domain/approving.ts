import { Failure } from '../errors.ts';
import {
  type Approval,
  type ApprovalId,
  type ApprovalState,
  approvalStateAt,
  closed,
  isOpen,
  isPointless,
  subjectOf,
} from './approval.ts';
import { type Change, type EntityWrite, momentOf, type Occasion } from './change.ts';
import { DAY_MS } from './day.ts';
import { type Model, touched } from './model.ts';
import { type Policies, restingOn } from './policy.ts';
import { type ApprovalDemand, merged } from './policy-document.ts';
import { type ActiveStage, leadsTo } from './stage.ts';
import { keepComplete, titleOf, type Version } from './version.ts';

/** How many approvals of a version can be asked for. */
const APPROVALS_MAX = 100;

/** What an approval is about, as it is now. */
export interface Subject {
  readonly version: Version;
  readonly policies: Policies;
}

/** What is asked for. */
interface Request {
  readonly id: ApprovalId;
  readonly stage: ActiveStage;
  readonly comment?: string | undefined;
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
  subject: Subject,
  earlier: readonly Approval[],
  request: Request,
  occasion: Occasion,
): Change<Approval> {
  const { version, policies } = subject;
  const { id, stage, comment } = request;
  const demand = demanded(model, version, stage, policies);
  const over = keepSingle(model, subject, earlier, stage, occasion);
  const approval = asked(model, subject, request, demand, occasion);
  return {
    result: approval,
    head: { replace: touched(model, occasion) },
    writes: [restingOn(policies, model), { create: approval }, ...over],
    event: {
      type: 'approval.requested',
      version: version.number,
      actor: occasion.actor,
      data: { approval: id, stage, subject: approval.subject, ...(comment !== undefined && { comment }) },
    },
  };
}

/** @throws Failure where nobody has to agree, or the version could not go there whoever agreed */
function demanded(model: Model, version: Version, stage: ActiveStage, policies: Policies): ApprovalDemand {
  const title = titleOf(model, version);
  keepComplete(model, version);
  if (model.lifecycle === 'open') {
    throw new Failure('approval.needless', `${model.name} has an open lifecycle: nobody has to agree.`);
  }
  const demand = demandFor(stage, policies);
  if (!demand) throw new Failure('approval.needless', `Nobody has to agree before ${title} enters ${stage}.`);
  // Asked for in time: a version that is to go to staging first may be reviewed for production meanwhile.
  if (leadsTo(version.stage, stage)) return demand;
  throw new Failure('approval.needless', `${title} is in ${version.stage}, from where nothing leads to ${stage}.`);
}

/** One at a time is open for a stage: what time or a change has ended is closed by the next. */
function keepSingle(
  model: Model,
  subject: Subject,
  earlier: readonly Approval[],
  stage: ActiveStage,
  occasion: Occasion,
): EntityWrite[] {
  const at = momentOf(model, occasion);
  const ofStage = earlier.filter((one) => one.stage === stage && isOpen(one.state));
  const states = ofStage.map((one) => ({ one, state: stateOf(one, subject, occasion.now) }));
  const same = states.find(({ state }) => isOpen(state))?.one;
  if (same) throw new Failure('approval.exists', `${approvalTitle(model, same)} was asked for already: ${same.id}.`);
  if (earlier.length < APPROVALS_MAX) return states.map(({ one, state }) => ({ replace: closed(one, state, at) }));

  const title = titleOf(model, subject.version);
  throw new Failure('model.full', `${title} has ${APPROVALS_MAX} approvals, and can have no more.`);
}

function asked(
  model: Model,
  { version, policies }: Subject,
  { id, stage, comment }: Request,
  { expiresAfterDays }: ApprovalDemand,
  occasion: Occasion,
): Approval {
  const at = momentOf(model, occasion);
  return {
    kind: 'approval',
    tenant: model.tenant,
    model: model.id,
    id,
    version: version.number,
    stage,
    subject: subjectOf(version, stage, policies),
    state: 'pending',
    ...(comment !== undefined && { comment }),
    requestedBy: occasion.actor,
    requestedAt: at,
    expiresAt: new Date(Date.parse(at) + expiresAfterDays * DAY_MS).toISOString(),
    votes: [],
    revision: 1,
  };
}

/** Why an approval in this state takes no vote, or none of this kind. */
export function notOpen(model: Model, approval: Approval, version: Version, state: ApprovalState): Failure {
  const where = version.state === 'complete' ? `in ${version.stage}` : version.state;
  const pointless = `is void: the version is ${where}, from where nothing leads to ${approval.stage}`;
  const why = state === 'void' && isPointless(approval, version) ? pointless : WHY[state];
  return new Failure('approval.closed', `${approvalTitle(model, approval)} ${why}.`);
}

const WHY: Readonly<Record<ApprovalState, string>> = {
  pending: 'is pending',
  approved: 'has all the votes that it needs',
  consumed: 'was used by a promotion',
  rejected: 'was rejected',
  withdrawn: 'was withdrawn',
  expired: 'has expired',
  void: 'is void: files, schema, metrics, dependencies, card, checks, evaluations, policy or who is who have changed since it was asked for',
};

/** An approval as sentences name it. */
export const approvalTitle = (model: Model, { version, stage }: Pick<Approval, 'version' | 'stage'>): string =>
  `The approval of ${titleOf(model, { number: version })} for ${stage}`;
