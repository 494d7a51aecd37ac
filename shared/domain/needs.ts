import { Failure, type Issue } from '../errors.ts';
import type { Kept } from './change.ts';
import { refOf, refText, type VersionRef } from './dependency.ts';
import type { Dependency } from './metadata.ts';
import type { Model } from './model.ts';
import type { ModelName } from './names.ts';
import { type Grant, includes } from './role.ts';
import { stateAt, type Version } from './version.ts';

/** What a version says that it needs, by the ids of models: of those only that there are, and that the caller may read. */
export const refsOf = (
  dependsOn: readonly Dependency[],
  models: ReadonlyMap<ModelName, Model>,
  roles: readonly Grant[],
): (VersionRef | undefined)[] =>
  dependsOn.map(({ model: name, version }) => {
    const model = includes(roles, ['reader'], name) ? models.get(name) : undefined;
    return model && { model: model.id, version };
  });

/**
 * The references, if a version may depend on all that they are to: versions that are there, and complete.
 * @throws Failure `dependency.not_found`, naming each that it may not depend on
 */
export function keepUsable(
  dependsOn: readonly Dependency[],
  refs: readonly (VersionRef | undefined)[],
  versions: readonly Version[],
  now: Date,
): VersionRef[] {
  const states = new Map(versions.map((version) => [refText(refOf(version)), stateAt(version, now)]));
  const issues = dependsOn.flatMap(({ model, version }, index): Issue[] => {
    const ref = refs[index];
    if (!ref) return [{ field: `dependsOn[${index}].model`, message: `there is no model ${model}` }];
    const state = states.get(refText(ref)) ?? 'deleted';
    if (state === 'complete') return [];
    const message =
      state === 'deleted' ? `${model} has no version ${version}` : `${model} version ${version} is ${state}`;
    return [{ field: `dependsOn[${index}].version`, message }];
  });
  const [first] = issues;
  if (first) throw new Failure('dependency.not_found', `${first.field}: ${first.message}.`, { issues });
  return refs.filter((ref) => ref !== undefined);
}

/**
 * Notes that something needs a version, before the first edge to it: from then on whoever moves it looks for its
 * dependents. Nobody decided anything, so there is no event; whoever moves it at this moment finds that it has changed.
 */
export function markNeeded(version: Version): Kept<Version> {
  const marked: Version = { ...version, needed: true, revision: version.revision + 1 };
  return { result: marked, keep: [{ replace: marked }] };
}
