import type { Failure } from '../errors.ts';
import { type Change, momentOf, type Occasion, type Refused } from './change.ts';
import { type Condition, unmetOf, warningsOf } from './condition.ts';
import { holdingOf } from './history.ts';
import { type Model, touched } from './model.ts';
import type { VersionNumber } from './names.ts';
import { ActiveStage, type Stage } from './stage.ts';
import { revised, type Version } from './version.ts';

/** What a transition did: the model and the version as they are now, and what it archived. */
export interface Transition {
  readonly model: Model;
  readonly version: Version;
  readonly archived: readonly VersionNumber[];
  /** What did not stand in the way, and had better be known. */
  readonly warnings?: readonly Condition[];
}

/** One version on its way to another stage. */
export interface Step {
  readonly version: Version;
  readonly to: Stage;
}

/** What one change moves: first the version it is about, then those that make room for it. */
export type Steps = readonly [Step, ...Step[]];

/** A version enters a stage, and others leave theirs for it. */
export const entering = (version: Version, to: ActiveStage, leaving: readonly Version[]): Steps => [
  { version, to },
  ...leaving.map((one) => ({ version: one, to: 'archived' as const })),
];

/** How many former production versions a model remembers. */
const FORMER_MAX = 50;

export type Told = Extract<Change<Transition>, { event: unknown }>['event'];

/** Moves versions between stages in one write. */
export function moved(
  model: Model,
  steps: Steps,
  occasion: Occasion,
  event: Told,
  former = formerAfter(model, steps),
): Change<Transition> {
  const at = momentOf(model, occasion);
  const [first, ...others] = steps;
  const version = arrived(first, at);
  const archived = others.map((step) => arrived(step, at));
  const after = touched(model, occasion, {
    ...activeAfter(model, steps),
    ...lastAfter(model, steps),
    former: former.slice(-FORMER_MAX),
  });
  if (after.lifecycle === 'governed' && after.production.length > 1) {
    throw new Error(`${model.name} would have the versions ${after.production.join(', ')} in production.`);
  }
  return {
    result: { model: after, version, archived: archived.map(({ number }) => number) },
    head: { replace: after },
    writes: [
      ...[version, ...archived].map((replace) => ({ replace })),
      ...ActiveStage.options
        .filter((stage) => String(model[stage]) !== String(after[stage]))
        .map((stage) => ({
          create: holdingOf(after, { stage }, after[stage], occasion),
        })),
    ],
    event,
  };
}

/** A version where its step leads. */
const arrived = ({ version, to }: Step, at: string): Version =>
  revised(version, at, {
    stage: to,
    stageAt: at,
    ...(to === 'production' && { releasedAt: version.releasedAt ?? at }),
  });

/** The versions in each active stage, once these have moved: who enters a stage stands last. */
export function activeAfter(model: Model, steps: Steps): Record<ActiveStage, VersionNumber[]> {
  const moving = new Set(steps.map(({ version }) => version.number));
  const after = (stage: ActiveStage) => [
    ...model[stage].filter((number) => !moving.has(number)),
    ...steps.filter(({ to }) => to === stage).map(({ version }) => version.number),
  ];
  return { staging: after('staging'), production: after('production') };
}

/** What was in production last stays known when nothing is there any more, even if it is deleted. */
function lastAfter(model: Model, steps: Steps): Pick<Model, 'lastProduction'> {
  const last = activeAfter(model, steps).production.at(-1) ?? model.production.at(-1);
  return last === undefined ? {} : { lastProduction: last };
}

/** What leaves production is where the next rollback goes; what enters it is no longer. */
function formerAfter(model: Model, steps: Steps): VersionNumber[] {
  const numbers = (which: (step: Step) => boolean) => steps.filter(which).map(({ version }) => version.number);
  const left = numbers(({ version }) => version.stage === 'production');
  const entered = numbers(({ to }) => to === 'production');
  return [...model.former, ...left].filter((number) => !entered.includes(number));
}

/** A transition with what had better be known of it. */
export function warned(change: Change<Transition>, conditions: readonly Condition[]): Change<Transition> {
  const warnings = warningsOf(conditions);
  if ('refusal' in change || warnings.length === 0) return change;
  return { ...change, result: { ...change.result, warnings } };
}

/** Records a refusal: the history tells who tried what. */
export function refused(
  model: Model,
  version: Version | undefined,
  action: 'promote' | 'archive' | 'withdraw' | 'rollback',
  to: Stage,
  refusal: Failure,
  occasion: Occasion,
  /** What the record tells of it, where that is not what the caller may know. */
  told = refusal,
): Refused {
  const unmet = unmetOf(told.conditions);
  return {
    refusal,
    head: { replace: touched(model, occasion, { updatedAt: model.updatedAt }) },
    writes: [],
    event: {
      type: 'transition.refused',
      ...(version && { version: version.number }),
      actor: occasion.actor,
      data: {
        action,
        to,
        code: told.code,
        detail: told.message,
        ...(unmet.length > 0 && { unmet: unmet.map(({ kind, demand, found }) => ({ kind, demand, found })) }),
      },
    },
  };
}
