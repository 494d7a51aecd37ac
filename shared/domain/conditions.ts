import { type Approval, approvalStateAt, countOf, subjectOf } from './approval.ts';
import { demandFor } from './approving.ts';
import type { Condition } from './condition.ts';
import type { Ties } from './dependency.ts';
import { gateCondition } from './gates.ts';
import { ACTIVE_MAX, type Model } from './model.ts';
import type { Policies } from './policy.ts';
import { type Gate, merged } from './policy-document.ts';
import { type ActiveStage, nextStages } from './stage.ts';
import type { Standing } from './standing.ts';
import { dependencyWarning, dependentsConditions } from './ties.ts';
import type { Version } from './version.ts';

/** All that the decision on a transition rests on. */
export interface Case {
  readonly version: Version;
  readonly to: ActiveStage;
  /** The version that it is compared with: the one in production, or the last that was there. */
  readonly champion: Version | undefined;
  /** How both of them stand on the data sets that they were evaluated on. */
  readonly standings: readonly Standing[];
  /** What it needs, and what needs those that would leave production for it. */
  readonly ties: Ties;
  readonly policies: Policies;
  /** All that were asked for, for this version. */
  readonly approvals: readonly Approval[];
}

/**
 * Every condition of a governed transition, met or not, in the order in which one would see to them. An open lifecycle
 * has none but that the files are there, and that nobody needs what has to leave.
 */
export function conditionsOf(model: Model, subject: Case, now: Date): Condition[] {
  const { ties } = subject;
  const warning = dependencyWarning(subject.to, ties);
  if (model.lifecycle === 'open')
    return [files(subject), ...room(model, subject), ...dependentsConditions(ties), ...warning];
  const { gates } = merged(subject.policies.ofTenant?.document, subject.policies.ofModel?.document);
  const demanded: readonly Gate[] = gates[subject.to] ?? [];
  return [
    step(subject),
    files(subject),
    ...room(model, subject),
    ...dependentsConditions(ties),
    ...demanded.map((gate) => gateCondition(gate, subject)),
    ...(demanded.some((gate) => 'dependencies' in gate) ? [] : warning),
    ...approval(subject, now),
  ];
}

function step({ version, to }: Case): Condition {
  const next = nextStages(version.stage);
  const back = version.releasedAt === undefined ? 'nowhere' : 'nowhere, but back by rollbackModel';
  return {
    kind: 'step',
    met: next.includes(to),
    demand: `a stage from where a version may go to ${to}`,
    found: `${version.stage}, from where it may go to ${next.join(' or ') || back}`,
    evidence: { from: version.stage, next: [...next] },
    roles: ['releaser'],
  };
}

function files({ version: { state, erased } }: Case): Condition {
  return {
    kind: 'files',
    met: state === 'complete' && !erased,
    demand: 'a complete version',
    found: erased ? `a version whose files were deleted on ${erased.at}` : `a version that is ${state}`,
    evidence: { state, ...(erased && { erased: erased.at }) },
    roles: ['publisher'],
  };
}

/** Said where there is none: in production another one leaves for it, in staging nobody does. */
function room({ staging }: Model, { version, to }: Case): Condition[] {
  const others = staging.filter((number) => number !== version.number).length;
  if (to !== 'staging' || others < ACTIVE_MAX) return [];
  return [
    {
      kind: 'room',
      met: false,
      demand: `fewer than ${ACTIVE_MAX} other versions in staging`,
      found: String(others),
      evidence: { versions: others, max: ACTIVE_MAX },
      roles: ['releaser'],
    },
  ];
}

/** The approval that lets a version in: the one that is approved, of exactly what there is now. */
export function approvalFor({ version, to, policies, approvals }: Case, now: Date): Approval | undefined {
  const current = subjectOf(version, to, policies);
  return approvals.find((one) => one.stage === to && approvalStateAt(one, version, current, now) === 'approved');
}

function approval(subject: Case, now: Date): Condition[] {
  const { version, to, policies, approvals } = subject;
  const demand = demandFor(to, policies);
  if (!demand) return [];

  const current = subjectOf(version, to, policies);
  const ofStage = approvals.filter(({ stage }) => stage === to);
  const stateOf = (each: Approval) => approvalStateAt(each, version, current, now);
  const one =
    ofStage.find((each) => stateOf(each) === 'approved') ??
    ofStage.find(({ state }) => state === 'pending') ??
    ofStage[0];
  const state = one && stateOf(one);
  const votes = one ? countOf(one, demand) : 0;
  const { required, roles, separation } = demand;
  const others = separation ? ', by others than who registered the version or asked' : '';
  return [
    {
      kind: 'approval',
      met: state === 'approved',
      demand: `${required} vote${required === 1 ? '' : 's'} of ${roles.join(' or ')}${others}`,
      found: one ? `${votes} in an approval that is ${state}` : 'no request for an approval',
      evidence: {
        required,
        votes,
        subject: current,
        ...(one && state && { approval: one.id, state, voted: one.subject }),
      },
      roles: state === 'pending' ? [...roles] : ['publisher', 'releaser'],
    },
  ];
}
