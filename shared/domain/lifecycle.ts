import { Failure } from '../errors.ts';
import { type Approval, closingOf } from './approval.ts';
import { type Change, momentOf, type Occasion, unchanged, withWrites } from './change.ts';
import { type Condition, unmetOf } from './condition.ts';
import { approvalFor, type Case, conditionsOf } from './conditions.ts';
import { byId, type Ties } from './dependency.ts';
import { ACTIVE_MAX, type Model } from './model.ts';
import type { VersionNumber } from './names.ts';
import { restingOn } from './policy.ts';
import { type ActiveStage, isActive, nextStages, type Stage } from './stage.ts';
import { forcedOn, inactiveIn, whyNeeded, withCount } from './ties.ts';
import { activeAfter, entering, moved, refused, type Steps, type Told, type Transition, warned } from './transition.ts';
import { erasedIn, incompleteIn, isLetInByPolicy, titleOf, type Version } from './version.ts';

/** The versions that have to leave a stage when this one enters it. */
export const leavingFor = (
  { lifecycle, staging, production }: Model,
  entering: VersionNumber,
  { stage, archiveFormer, alsoStaging = false }: Room,
): VersionNumber[] => {
  if (stage === 'staging') return archiveFormer && alsoStaging ? staging.filter((number) => number !== entering) : [];
  return lifecycle === 'governed' || archiveFormer ? production.filter((number) => number !== entering) : [];
};

/** How much room a version is made in the stage that it enters. */
export interface Room {
  readonly stage: ActiveStage;
  /** Whether what is in production is archived. A governed model always does. */
  readonly archiveFormer: boolean;
  /** Whether that is asked of staging too, in which there may be several. */
  readonly alsoStaging?: boolean;
}

/** The version that this one is compared with: the one in production or, where there is none, the last that was. */
export function championOf(model: Model, challenger: VersionNumber): VersionNumber | undefined {
  const { production, lastProduction, former } = model;
  const champion = production.find((number) => number !== challenger) ?? lastProduction ?? former.at(-1);
  return champion === challenger ? undefined : champion;
}

export interface Promotion extends Case {
  /** The versions that `leavingFor` names. */
  readonly leaving: readonly Version[];
  readonly reason?: string | undefined;
}

/**
 * Promotes a version to staging or production, if it meets everything that lifecycle and policy demand. In production a
 * governed version takes the place of the one that was there, which is archived in the same write, and its approval is
 * consumed in that write too.
 */
export function promote(model: Model, promotion: Promotion, occasion: Occasion): Change<Transition> {
  const { version, to, leaving, policies } = promotion;
  if (version.stage === to && leaving.length === 0) return unchanged({ model, version, archived: [] });

  const steps = entering(letIn(model, version, to), to, leaving);
  const conditions = conditionsOf(model, promotion, occasion.now);
  const refusal = promotionRefusal(model, steps, conditions);
  if (refusal) {
    const anonymous = conditionsOf(model, { ...promotion, ties: byId(promotion.ties) }, occasion.now);
    const recorded = promotionRefusal(model, steps, anonymous);
    const change = refused(model, version, 'promote', to, refusal, occasion, recorded);
    const rests = model.lifecycle === 'open' ? [] : [restingOn(policies, model)];
    return withCount(withWrites(change, rests), promotion.ties);
  }

  const warning = (change: Change<Transition>) => warned(withCount(change, promotion.ties), conditions);
  if (model.lifecycle === 'open') return warning(moved(model, steps, occasion, told(promotion, occasion)));

  const approval = approvalFor(promotion, occasion.now);
  const admitted = entering(letIn(model, version, to, approval), to, leaving);
  const change = moved(model, admitted, occasion, told(promotion, occasion, approval));
  return warning(withWrites(change, [restingOn(policies, model)]));
}

/** Whether a promotion would be taken now: so it is where deciding it refuses nothing. */
export const isAllowed = (model: Model, promotion: Promotion, occasion: Occasion): boolean =>
  !('refusal' in promote(model, promotion, occasion));

/** A version with what let it in. Once a policy has let it into production, no later way there takes that away. */
function letIn({ lifecycle }: Model, version: Version, to: ActiveStage, approval?: Approval): Version {
  const isGoverned = lifecycle === 'governed' || isLetInByPolicy(version);
  return {
    ...version,
    ...(to === 'production' && { releasedUnder: isGoverned ? 'governed' : 'open' }),
    ...(approval && { admittedBy: { ...version.admittedBy, [to]: approval.id } }),
  };
}

const told = ({ version, to, leaving, reason, ties }: Promotion, { actor }: Occasion, approval?: Approval): Told => ({
  type: 'version.promoted',
  version: version.number,
  actor,
  data: {
    from: version.stage,
    to,
    archived: leaving.map(({ number }) => number),
    ...(reason !== undefined && { reason }),
    ...(approval && { approval: approval.id }),
    ...(to === 'production' && inactiveIn(ties)),
  },
});

/** Why a version may not go there, with everything that it would take. */
function promotionRefusal(model: Model, steps: Steps, conditions: readonly Condition[]): Failure | undefined {
  const refusal = refusalOf(model, steps);
  if (refusal) return new Failure(refusal.code, refusal.message, { conditions });

  const [first, ...others] = unmetOf(conditions);
  if (!first) return undefined;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  const [{ version, to }] = steps;
  const name = titleOf(model, version);
  const detail = `${name} may not enter ${to}: expected ${first.demand}, found ${first.found}${more}.`;
  return new Failure('transition.refused', detail, { conditions });
}

interface Archival extends Pick<Promotion, 'version' | 'reason' | 'ties'> {
  /** All that were asked for, for this version. */
  readonly approvals?: readonly Approval[];
  readonly force?: boolean;
}

/**
 * Takes a version out of use, unless an active version needs it (rule 8). Whether the caller may force it is for the
 * contract to say.
 */
export function archive(
  model: Model,
  { version, reason, ties, approvals = [], force = false }: Archival,
  occasion: Occasion,
): Change<Transition> {
  if (version.stage === 'archived') return unchanged({ model, version, archived: [] });

  const steps: Steps = [{ version, to: 'archived' }];
  const refusal = leavingRefusal(model, steps, ties, force);
  if (refusal) {
    const recorded = leavingRefusal(model, steps, byId(ties), force);
    return withCount(refused(model, version, 'archive', 'archived', refusal, occasion, recorded), ties);
  }
  const closing = closingOf(approvals, version, momentOf(model, occasion));
  const change = moved(model, steps, occasion, {
    type: 'version.archived',
    version: version.number,
    actor: occasion.actor,
    data: {
      from: version.stage,
      ...(reason !== undefined && { reason }),
      ...closing.data,
      ...forcedOn(ties),
    },
  });
  return withCount(withWrites(change, closing.writes), ties);
}

/** Takes a version back to where it was before it entered any stage. A governed version never goes there. */
export function withdraw(
  model: Model,
  { version, ties }: Pick<Promotion, 'version' | 'ties'>,
  occasion: Occasion,
): Change<Transition> {
  if (version.stage === 'none') return unchanged({ model, version, archived: [] });

  const steps: Steps = [{ version, to: 'none' }];
  const refusal = leavingRefusal(model, steps, ties, false);
  if (refusal) return refused(model, version, 'withdraw', 'none', refusal, occasion);

  const change = moved(model, steps, occasion, {
    type: 'version.withdrawn',
    version: version.number,
    actor: occasion.actor,
    data: { from: version.stage },
  });
  return withCount(change, ties);
}

/** Why a version may not leave its stage. */
function leavingRefusal(model: Model, steps: Steps, ties: Ties, force: boolean): Failure | undefined {
  const needed = force ? undefined : whyNeeded(ties);
  const refusal = refusalOf(model, steps);
  if (refusal || needed === undefined) return refusal;
  return new Failure('transition.refused', `${titleOf(model, steps[0].version)} ${needed}.`);
}

function refusalOf(model: Model, steps: Steps): Failure | undefined {
  const [{ version, to }] = steps;
  const name = titleOf(model, version);
  const gone = incompleteIn(model, version) ?? (isActive(to) ? erasedIn(model, version) : undefined);
  if (gone) return gone;

  const next: readonly Stage[] = nextStages(version.stage);
  if (model.lifecycle === 'governed' && !next.includes(to)) {
    const back = version.releasedAt === undefined ? 'goes nowhere any more' : 'comes back by rollbackModel alone';
    const may = next.length > 0 ? `may go to ${next.join(' or ')}` : back;
    return new Failure('transition.refused', `${name} is in ${version.stage}: from there it ${may}, not to ${to}.`);
  }
  if (isActive(to) && activeAfter(model, steps)[to].length > ACTIVE_MAX) {
    return new Failure('model.full', `${model.name} has ${ACTIVE_MAX} versions in ${to}, and can have no more.`);
  }
  return undefined;
}
