import * as z from 'zod/mini';
import type { EntityWrite } from './change.ts';
import { ModelId, ModelName, Revision, TenantId, VersionNumber } from './names.ts';
import type { Stage } from './stage.ts';
import type { Version, VersionState } from './version.ts';

/** A version of any model, by what never changes of it. */
export const VersionRef = z.object({ model: ModelId, version: VersionNumber });
export type VersionRef = z.output<typeof VersionRef>;

export const refOf = ({ model, number }: Pick<Version, 'model' | 'number'>): VersionRef => ({ model, version: number });

/** One text for one version, in sets and maps. */
export const refText = ({ model, version }: VersionRef): string => `${model}/${version}`;

/**
 * The reverse of a dependency, for whoever asks what needs a version. It is written before the version that needs the
 * other: where that was never registered, or got another number, it means nothing. So an edge is believed only of a
 * version that says the same itself.
 */
export const Edge = z.object({
  kind: z.literal('edge'),
  tenant: TenantId,
  /** The version that is needed. */
  model: ModelId,
  version: VersionNumber,
  /** The version that needs it. */
  by: VersionRef,
});
export type Edge = z.output<typeof Edge>;

/** The edges of a version to all that it needs. */
export const edgesOf = (version: Version): Edge[] =>
  version.needs.map((needed) => ({ kind: 'edge', tenant: version.tenant, ...needed, by: refOf(version) }));

/** Whether a version says that it needs this one. */
export const isNeededBy = (ref: VersionRef, { needs }: Version): boolean =>
  needs.some((one) => refText(one) === refText(ref));

/**
 * Counts the changes of a tenant that bear on rule 8: a version with dependencies was let into a stage, a version that
 * others need went out of one or was deleted. Whoever makes such a change read the count first, then who needs whom, and
 * raises the count with the change: of two that would break the rule only together, the second is decided anew.
 */
export const Usage = z.object({ kind: z.literal('usage'), tenant: TenantId, revision: Revision });
export type Usage = z.output<typeof Usage>;

export const counted = (tenant: TenantId, usage: Usage | undefined): EntityWrite =>
  usage ? { replace: { ...usage, revision: usage.revision + 1 } } : { create: { kind: 'usage', tenant, revision: 1 } };

/** A version at the other end of a dependency, as it is now. */
export interface Neighbour {
  readonly ref: VersionRef;
  /** What its model is called, or was when it was deleted. */
  readonly name: ModelName;
  /** Whether the caller may read that model: what it is called is not told to others. */
  readonly visible: boolean;
  readonly state: VersionState;
  readonly stage: Stage;
}

/** What a decision has to know of the dependencies of the versions that it moves. */
export interface Ties {
  /** What the version that enters a stage needs, in its order. */
  readonly needs: readonly Neighbour[];
  /** Active versions that need one of those that leave: `DEPENDENTS_NAMED` and one more at most. */
  readonly dependents: readonly Neighbour[];
  /** Raises the count; absent where there are no dependencies at all. */
  readonly counted?: EntityWrite;
}

/** The same for the record: by ids, as whoever reads it may not know what the models are called. */
export function byId(ties: Ties): Ties {
  const unnamed = (all: readonly Neighbour[]) =>
    all.map((one) => ({ ...one, name: ModelName.parse(one.ref.model), visible: true }));
  return { ...ties, needs: unnamed(ties.needs), dependents: unnamed(ties.dependents) };
}

export const NO_TIES: Ties = { needs: [], dependents: [] };

/** How many dependents a refusal names. */
export const DEPENDENTS_NAMED = 10;

/** Versions as a sentence lists them: those that the caller may know of, and that there are more. */
export function listed(neighbours: readonly Neighbour[]): string {
  const named = neighbours
    .filter(({ visible }) => visible)
    .slice(0, DEPENDENTS_NAMED)
    .map(({ name, ref, state, stage }) => `${name}:${ref.version} (${state === 'complete' ? stage : state})`);
  const more = neighbours.length - named.length;
  if (named.length === 0)
    return more === 1
      ? 'a version of a model that you may not read'
      : `${more} versions of models that you may not read`;
  return more > 0 ? `${named.join(', ')} and more` : named.join(', ');
}

/** What an event tells of dependents that a forced change left without what they need: ids, as names are not everyone's. */
export const toldOf = (neighbours: readonly Neighbour[]): VersionRef[] =>
  neighbours.slice(0, DEPENDENTS_NAMED).map(({ ref }) => ref);

/** What the models are called that a version needs, of those that the caller may read. */
export const namesOf = ({ needs }: Ties): ReadonlyMap<ModelId, ModelName> =>
  new Map(needs.filter(({ visible }) => visible).map(({ ref, name }) => [ref.model, name]));
