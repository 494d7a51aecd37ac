import { Failure } from '../errors.ts';
import { type Change, type Occasion, unchanged } from './change.ts';
import { byId, NO_TIES, type Ties } from './dependency.ts';
import type { Model } from './model.ts';
import type { VersionNumber } from './names.ts';
import { type Obstacle, obstaclesTo } from './obstacle.ts';
import { dependencyWarning, forcedOn, inactiveIn, withCount } from './ties.ts';
import { entering, moved, refused, type Transition, warned } from './transition.ts';
import { titleOf, type Version } from './version.ts';

/** Where a rollback should go: so many production versions back, or to any that was in production once. */
export interface RollbackInput {
  readonly steps: number;
  readonly version?: VersionNumber | undefined;
  readonly reason: string;
  /** Says what would happen, and changes nothing: not even the record of a refusal. */
  readonly dryRun?: boolean;
  /**
   * Goes back although callers or readers of what is there now would not be served. If an admin says it, also to what no
   * policy let in, or although active versions need what is there now.
   */
  readonly force?: boolean;
  readonly isAdmin?: boolean;
}

/** The version that a rollback restores, or why there is none. */
export function rollbackTarget(
  { name, production, former }: Model,
  { steps, version }: Pick<RollbackInput, 'steps' | 'version'>,
): VersionNumber | Failure {
  const impossible = (detail: string) => new Failure('rollback.impossible', detail);
  if (production.length > 1) {
    return impossible(`${name} has the versions ${production.join(', ')} in production: archive all but one first.`);
  }
  if (version === undefined) {
    return former.at(-steps) ?? impossible(`${name} cannot go back ${steps} production versions${only(former)}.`);
  }
  return production.includes(version) ? impossible(`${name} has version ${version} in production already.`) : version;
}

const only = (former: readonly VersionNumber[]): string =>
  former.length > 0 ? `, only to ${former.join(', ')}` : ': it has no former one';

/** The version to restore, with those that are in production, or why there is none to restore. */
export type Restoring =
  | {
      readonly target: Version;
      readonly leaving: readonly Version[];
      readonly ties?: Ties;
      /** What is not in the object store any more of its files. */
      readonly lost?: readonly string[];
    }
  | Failure;

/**
 * Puts a former production version back, in place of the one that is there now, in one write.
 * @throws Failure the refusal of a dry run, which would be recorded otherwise
 */
export function rollback(
  model: Model,
  restoring: Restoring,
  { reason, dryRun, force = false, isAdmin = false }: Omit<RollbackInput, 'steps' | 'version'>,
  occasion: Occasion,
): Change<Transition> {
  const change = restored(model, restoring, { reason, force, isAdmin }, occasion);
  if (!dryRun) return change;
  if ('refusal' in change) throw change.refusal;
  return unchanged({ ...change.result, model });
}

function restored(
  model: Model,
  restoring: Restoring,
  { reason, force, isAdmin }: Required<Pick<RollbackInput, 'reason' | 'force' | 'isAdmin'>>,
  occasion: Occasion,
): Change<Transition> {
  if (restoring instanceof Failure) return refused(model, undefined, 'rollback', 'production', restoring, occasion);
  const { target, leaving, ties = NO_TIES, lost = [] } = restoring;
  const obstacles = obstaclesTo(model, { target, leaving, ties, lost });
  const isForced = ({ overrides, forAdmin }: Obstacle) => overrides && force && (isAdmin || !forAdmin);
  const refusalOf = (all: readonly Obstacle[]) => {
    const why = all.find((one) => !isForced(one))?.why;
    return why === undefined ? undefined : new Failure('rollback.impossible', `${titleOf(model, target)} ${why}.`);
  };
  const refusal = refusalOf(obstacles);
  if (refusal) {
    const recorded = refusalOf(obstaclesTo(model, { target, leaving, lost, ties: byId(ties) }));
    return withCount(refused(model, target, 'rollback', 'production', refusal, occasion, recorded), ties);
  }
  const data = { restored: target.number, archived: leaving.map(({ number }) => number), reason };
  const change = moved(
    model,
    entering(target, 'production', leaving),
    occasion,
    {
      type: 'model.rolled_back',
      version: target.number,
      actor: occasion.actor,
      data: { ...data, ...overriding(obstacles), ...forcedOn(ties), ...inactiveIn(ties) },
    },
    formerAfter(model, target, leaving),
  );
  return warned(withCount(change, ties), dependencyWarning('production', ties));
}

/** What an event tells of a rollback that was forced. */
const overriding = (obstacles: readonly Obstacle[]) =>
  obstacles.length === 0 ? {} : { forced: true, overridden: obstacles.flatMap(({ overrides }) => overrides ?? []) };

/**
 * What was rolled back from was bad: a further step goes further back, and never forth to it. Only whoever names it
 * gets it again, because the rollback was the mistake: then what was there meanwhile is where a step leads.
 */
function formerAfter({ former }: Model, target: Version, leaving: readonly Version[]): VersionNumber[] {
  const place = former.indexOf(target.number);
  return place < 0 ? [...former, ...leaving.map(({ number }) => number)] : former.slice(0, place);
}
