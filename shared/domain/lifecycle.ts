import { Failure, type FailureCode } from '../errors.ts';
import { type Change, momentOf, type Occasion, type Refused, unchanged } from './change.ts';
import { holdingOf } from './history.ts';
import { ACTIVE_MAX, type Model, touched } from './model.ts';
import type { VersionNumber } from './names.ts';
import { type ActiveStage, isActive, type Stage } from './stage.ts';
import { revised, type Version } from './version.ts';

/** What a transition did: the model and the version as they are now, and what it archived. */
export interface Transition {
  readonly model: Model;
  readonly version: Version;
  readonly archived: readonly VersionNumber[];
}

/** The steps of a governed version. `archived → production` is missing: that is a rollback. */
const NEXT = {
  none: ['staging'],
  staging: ['production', 'archived'],
  production: ['archived'],
  archived: [],
} as const satisfies Record<Stage, readonly Stage[]>;

/** How many former production versions a model remembers. */
const FORMER_MAX = 50;

/** The versions that have to leave production when this one enters it. */
export const leavingFor = (
  { lifecycle, production }: Model,
  entering: VersionNumber,
  { stage, archiveFormer }: { readonly stage: ActiveStage; readonly archiveFormer: boolean },
): VersionNumber[] =>
  stage === 'production' && (lifecycle === 'governed' || archiveFormer)
    ? production.filter((number) => number !== entering)
    : [];

export interface Move {
  readonly version: Version;
  readonly to: Stage;
  /** The versions that are in production, when `to` is production and they have to leave it. */
  readonly leaving: readonly Version[];
  readonly reason?: string | undefined;
}

/**
 * Promotes a version to staging or production. In production a governed version takes the place of the one that was
 * there, which is archived in the same write.
 */
export function promote(
  model: Model,
  move: Move & { readonly to: ActiveStage },
  occasion: Occasion,
): Change<Transition> {
  const { version, to, leaving, reason } = move;
  if (version.stage === to) return unchanged({ model, version, archived: [] });

  const refusal = refusalOf(model, move);
  if (refusal) return refused(model, version, 'promote', to, refusal, occasion);

  const archived = leaving.map(({ number }) => number);
  return moved(
    model,
    [{ version, to }, ...leaving.map((one) => ({ version: one, to: 'archived' as const }))],
    occasion,
    {
      type: 'version.promoted',
      version: version.number,
      actor: occasion.actor,
      data: { from: version.stage, to, archived, ...(reason !== undefined && { reason }) },
    },
  );
}

/** Takes a version out of use. */
export function archive(model: Model, move: Move, occasion: Occasion): Change<Transition> {
  const { version, reason } = move;
  if (version.stage === 'archived') return unchanged({ model, version, archived: [] });

  const refusal = refusalOf(model, move);
  if (refusal) return refused(model, version, 'archive', 'archived', refusal, occasion);

  return moved(model, [{ version, to: 'archived' }], occasion, {
    type: 'version.archived',
    version: version.number,
    actor: occasion.actor,
    data: { from: version.stage, ...(reason !== undefined && { reason }) },
  });
}

function refusalOf(model: Model, { version, to }: Move): Failure | undefined {
  const name = `${model.name} version ${version.number}`;
  if (version.state !== 'complete') return new Failure('version.incomplete', `${name} is ${version.state}.`);

  const next: readonly Stage[] = NEXT[version.stage];
  if (model.lifecycle === 'governed' && !next.includes(to)) {
    const may = next.length > 0 ? `may go to ${next.join(' or ')}` : 'comes back by rollbackModel alone';
    return new Failure('transition.refused', `${name} is in ${version.stage}: from there it ${may}, not to ${to}.`);
  }
  if (isActive(to) && model[to].length >= ACTIVE_MAX) {
    return new Failure('model.full', `${model.name} has ${ACTIVE_MAX} versions in ${to}, and can have no more.`);
  }
  return undefined;
}

/** Records a refusal: the history tells who tried what. */
export function refused(
  model: Model,
  version: Version | undefined,
  action: 'promote' | 'archive' | 'rollback',
  to: Stage,
  refusal: Failure,
  occasion: Occasion,
): Refused {
  return {
    refusal,
    head: { replace: touched(model, occasion) },
    writes: [],
    event: {
      type: 'transition.refused',
      ...(version && { version: version.number }),
      actor: occasion.actor,
      data: { action, to, code: refusal.code satisfies FailureCode, detail: refusal.message },
    },
  };
}

/** One version on its way to another stage. */
export interface Step {
  readonly version: Version;
  readonly to: Stage;
}

type Told = Extract<Change<Transition>, { event: unknown }>['event'];

/** Moves versions between stages in one write: the first is the one it is about, the others make room for it. */
export function moved(
  model: Model,
  steps: readonly [Step, ...Step[]],
  occasion: Occasion,
  event: Told,
  former = formerAfter(model, steps),
): Change<Transition> {
  const at = momentOf(model, occasion);
  const [first, ...others] = steps;
  const version = revised(first.version, at, { stage: first.to });
  const archived = others.map((step) => revised(step.version, at, { stage: step.to }));
  const after = touched(model, occasion, { ...activeAfter(model, steps), former: former.slice(-FORMER_MAX) });
  return {
    result: { model: after, version, archived: archived.map(({ number }) => number) },
    head: { replace: after },
    writes: [
      ...[version, ...archived].map((replace) => ({ replace })),
      ...ACTIVE.filter((stage) => String(model[stage]) !== String(after[stage])).map((stage) => ({
        create: holdingOf(after, { stage }, after[stage], occasion),
      })),
    ],
    event,
  };
}

const ACTIVE = ['staging', 'production'] as const;

function activeAfter(model: Model, steps: readonly Step[]): Record<ActiveStage, VersionNumber[]> {
  const moving = new Set(steps.map(({ version }) => version.number));
  const after = (stage: ActiveStage) => [
    ...model[stage].filter((number) => !moving.has(number)),
    ...steps.filter(({ to }) => to === stage).map(({ version }) => version.number),
  ];
  return { staging: after('staging'), production: after('production') };
}

/** What leaves production is where the next rollback goes; what enters it is no longer. */
function formerAfter(model: Model, steps: readonly Step[]): VersionNumber[] {
  const numbers = (which: (step: Step) => boolean) => steps.filter(which).map(({ version }) => version.number);
  const leaving = numbers(({ version, to }) => version.stage === 'production' && to !== 'production');
  const entering = numbers(({ to }) => to === 'production');
  return [...model.former, ...leaving].filter((number) => !entering.includes(number));
}
