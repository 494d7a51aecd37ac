import { Failure } from '../errors.ts';
import { type Change, type Occasion, unchanged } from './change.ts';
import { ACTIVE_MAX, type Model } from './model.ts';
import type { VersionNumber } from './names.ts';
import { type ActiveStage, isActive, type Stage } from './stage.ts';
import { activeAfter, entering, moved, refused, type Steps, type Transition } from './transition.ts';
import type { Version } from './version.ts';

/** The steps of a governed version. `archived → production` is missing: that is a rollback. */
const NEXT = {
  none: ['staging'],
  staging: ['production', 'archived'],
  production: ['archived'],
  archived: [],
} as const satisfies Record<Stage, readonly Stage[]>;

/** The versions that have to leave production when this one enters it. */
export const leavingFor = (
  { lifecycle, production }: Model,
  entering: VersionNumber,
  { stage, archiveFormer }: { readonly stage: ActiveStage; readonly archiveFormer: boolean },
): VersionNumber[] =>
  stage === 'production' && (lifecycle === 'governed' || archiveFormer)
    ? production.filter((number) => number !== entering)
    : [];

export interface Promotion {
  readonly version: Version;
  readonly to: ActiveStage;
  /** The versions that `leavingFor` names. */
  readonly leaving: readonly Version[];
  readonly reason?: string | undefined;
}

/**
 * Promotes a version to staging or production. In production a governed version takes the place of the one that was
 * there, which is archived in the same write.
 */
export function promote(
  model: Model,
  { version, to, leaving, reason }: Promotion,
  occasion: Occasion,
): Change<Transition> {
  if (version.stage === to && leaving.length === 0) return unchanged({ model, version, archived: [] });

  const steps = entering(version, to, leaving);
  const refusal = refusalOf(model, steps);
  if (refusal) return refused(model, version, 'promote', to, refusal, occasion);

  return moved(model, steps, occasion, {
    type: 'version.promoted',
    version: version.number,
    actor: occasion.actor,
    data: {
      from: version.stage,
      to,
      archived: leaving.map(({ number }) => number),
      ...(reason !== undefined && { reason }),
    },
  });
}

/** Takes a version out of use. */
export function archive(
  model: Model,
  { version, reason }: Pick<Promotion, 'version' | 'reason'>,
  occasion: Occasion,
): Change<Transition> {
  if (version.stage === 'archived') return unchanged({ model, version, archived: [] });

  const steps: Steps = [{ version, to: 'archived' }];
  const refusal = refusalOf(model, steps);
  if (refusal) return refused(model, version, 'archive', 'archived', refusal, occasion);

  return moved(model, steps, occasion, {
    type: 'version.archived',
    version: version.number,
    actor: occasion.actor,
    data: { from: version.stage, ...(reason !== undefined && { reason }) },
  });
}

function refusalOf(model: Model, steps: Steps): Failure | undefined {
  const [{ version, to }] = steps;
  const name = `${model.name} version ${version.number}`;
  if (version.state !== 'complete') return new Failure('version.incomplete', `${name} is ${version.state}.`);

  const next: readonly Stage[] = NEXT[version.stage];
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
