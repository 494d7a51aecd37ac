import { type Edge, isNeededBy, type Neighbour, refOf, refText, type VersionRef } from './dependency.ts';
import type { ModelId, ModelName } from './names.ts';
import { type Grant, includes } from './role.ts';
import { isActive } from './stage.ts';
import { stateAt, type Version } from './version.ts';

/** What a model is called: the last name that it had, if it is deleted. */
export interface LastName {
  readonly name: ModelName;
  readonly deleted: boolean;
}

/** Who looks at a version from the other end of a dependency, and when. */
export interface Onlooker {
  readonly roles: readonly Grant[];
  readonly now: Date;
}

/** A version as a neighbour of another. Those of a deleted model are deleted, whatever they say. */
export function neighbour(
  version: Version,
  names: ReadonlyMap<ModelId, LastName>,
  { roles, now }: Onlooker,
): Neighbour {
  const { name, deleted } = names.get(version.model) ?? { name: version.model as string as ModelName, deleted: true };
  return {
    ref: refOf(version),
    name,
    visible: includes(roles, ['reader'], name),
    state: deleted ? 'deleted' : stateAt(version, now),
    stage: version.stage,
  };
}

/** The same of what a reference leads to, which counts as deleted where there is nothing. */
export function neighbourAt(
  ref: VersionRef,
  version: Version | undefined,
  names: ReadonlyMap<ModelId, LastName>,
  onlooker: Onlooker,
): Neighbour {
  if (version) return neighbour(version, names, onlooker);
  const name = names.get(ref.model)?.name ?? (ref.model as string as ModelName);
  return { ref, name, visible: includes(onlooker.roles, ['reader'], name), state: 'deleted', stage: 'none' };
}

/** Those of the versions behind edges that say themselves that they need what the edges lead to, and are in a stage. */
export const activeBehind = (edges: readonly Edge[], versions: readonly (Version | undefined)[]): Version[] =>
  edges.flatMap((edge, index) => {
    const version = versions[index];
    return version && isActive(version.stage) && isNeededBy(edge, version) ? [version] : [];
  });

/**
 * Whether an edge holds the version that it leads to where that is. A version may be made of its own model's former one:
 * when it enters a stage it takes that one's place, and does not hold it there.
 */
export const holds = ({ by }: Edge, entering: VersionRef | undefined): boolean =>
  entering === undefined || refText(by) !== refText(entering);

/** Whether an edge holds the whole model that it leads to: what goes with the model does not. */
export const holdsModel = ({ model, by }: Edge): boolean => by.model !== model;
