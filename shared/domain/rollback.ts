import { Failure } from '../errors.ts';
import type { Change, Occasion } from './change.ts';
import type { Model } from './model.ts';
import type { VersionNumber } from './names.ts';
import { entering, moved, refused, type Transition } from './transition.ts';
import type { Version } from './version.ts';

/** Where a rollback should go: so many production versions back, or to one that was in production. */
export interface RollbackInput {
  readonly steps: number;
  readonly version?: VersionNumber | undefined;
  readonly reason: string;
}

/** The version that a rollback restores, or why there is none. */
export function rollbackTarget(
  { name, production, former }: Model,
  { steps, version }: Omit<RollbackInput, 'reason'>,
): VersionNumber | Failure {
  const impossible = (detail: string) => new Failure('rollback.impossible', detail);
  if (production.length > 1) {
    return impossible(`${name} has the versions ${production.join(', ')} in production: archive all but one first.`);
  }
  if (version !== undefined) {
    const known = former.includes(version);
    return known ? version : impossible(`${name} cannot go back to version ${version}${only(former)}.`);
  }
  return former.at(-steps) ?? impossible(`${name} cannot go back ${steps} production versions${only(former)}.`);
}

const only = (former: readonly VersionNumber[]): string =>
  former.length > 0 ? `, only to ${former.join(', ')}` : ': it has no former one';

/** Puts a former production version back, in place of the one that is there now, in one write. */
export function rollback(
  model: Model,
  { target, leaving }: { readonly target: Version; readonly leaving: readonly Version[] },
  { reason }: RollbackInput,
  occasion: Occasion,
): Change<Transition> {
  if (target.state !== 'complete') {
    const detail = `${model.name} version ${target.number} is ${target.state}, and cannot be restored.`;
    return refused(model, target, 'rollback', 'production', new Failure('rollback.impossible', detail), occasion);
  }
  return moved(
    model,
    entering(target, 'production', leaving),
    occasion,
    {
      type: 'model.rolled_back',
      version: target.number,
      actor: occasion.actor,
      data: { restored: target.number, archived: leaving.map(({ number }) => number), reason },
    },
    // What was rolled back from was bad: a further rollback goes further back, and never forth to it.
    model.former.slice(0, model.former.indexOf(target.number)),
  );
}
