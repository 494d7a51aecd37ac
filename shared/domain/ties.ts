import { type Change, withWrites } from './change.ts';
import type { Condition } from './condition.ts';
import { listed, type Neighbour, refText, type Ties, toldOf, type VersionRef } from './dependency.ts';
import { type ActiveStage, isActive } from './stage.ts';

/** Whether a version that others need is at work: only then is what it gives certain to be there. */
export const isAtWork = ({ state, stage }: Neighbour): boolean => state === 'complete' && isActive(stage);

/** What a version needs that is neither in staging nor in production. */
const inactiveOf = ({ needs }: Ties): Neighbour[] => needs.filter((one) => !isAtWork(one));

/** Whether all that a version needs is at work. Without a gate that asks for it, that is a warning. */
export function dependencyCondition(ties: Ties, { warning }: { readonly warning: boolean }): Condition {
  const inactive = inactiveOf(ties);
  const all = ties.needs.length === 0 ? 'no dependencies' : 'all of them there';
  return {
    kind: 'dependency',
    met: inactive.length === 0,
    ...(warning && { warning }),
    demand: 'every dependency in staging or production',
    found: inactive.length === 0 ? all : listed(inactive),
    evidence: {
      dependencies: ties.needs.length,
      inactive: inactive.map(({ ref, state, stage }) => ({ ref: refText(ref), state, stage })),
    },
    roles: ['releaser'],
  };
}

/** A version in production whose dependencies are nowhere in use may be right, and seldom is. */
export const dependencyWarning = (to: ActiveStage, ties: Ties): Condition[] =>
  to === 'production' && ties.needs.length > 0 ? [dependencyCondition(ties, { warning: true })] : [];

/** What an event tells of a version that went into production without all that it needs being at work. */
export function inactiveIn(ties: Ties): { inactive?: VersionRef[] } {
  const inactive = inactiveOf(ties);
  return inactive.length === 0 ? {} : { inactive: inactive.map(({ ref }) => ref) };
}

/** Rule 8: what active versions need stays. Nothing is to be said of it where nothing needs what leaves. */
export const dependentsConditions = ({ dependents }: Ties): Condition[] =>
  dependents.length === 0
    ? []
    : [
        {
          kind: 'dependents',
          met: false,
          demand: 'no active version that needs what leaves production',
          found: listed(dependents),
          evidence: { dependents: dependents.map(({ ref, stage }) => ({ ref: refText(ref), stage })) },
          roles: ['releaser'],
        },
      ];

/** Why a version that others need stays where it is. */
export const whyNeeded = ({ dependents }: Ties): string | undefined =>
  dependents.length === 0
    ? undefined
    : `is needed by ${listed(dependents)}: archive what needs it first, or let an admin force it with a reason`;

/** What an event tells of a change that was forced although active versions need what leaves. */
export const forcedOn = ({ dependents }: Ties): { forced?: true; dependents?: VersionRef[] } =>
  dependents.length === 0 ? {} : { forced: true, dependents: toldOf(dependents) };

/** A change that bears on rule 8, counted: see `Usage`. */
export const withCount = <Result>(change: Change<Result>, { counted }: Ties): Change<Result> =>
  counted ? withWrites(change, [counted]) : change;
