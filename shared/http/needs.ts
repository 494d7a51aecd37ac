import { edgesOf, type VersionRef } from '../domain/dependency.ts';
import type { Dependency } from '../domain/metadata.ts';
import type { ModelId, ModelName } from '../domain/names.ts';
import { keepUsable, markNeeded, refsOf } from '../domain/needs.ts';
import type { Version } from '../domain/version.ts';
import type { Context } from './endpoint.ts';

/** What a version says that it needs, found. */
export interface Needs {
  readonly refs: readonly VersionRef[];
  readonly versions: readonly Version[];
  readonly names: ReadonlyMap<ModelId, ModelName>;
}

/**
 * The versions that a new version says it needs: complete, and of models that the caller may read.
 *
 * There can be no cycle. What a version needs was complete before the version was there, what it needs never changes, and
 * no number is used twice: so every way along dependencies leads from later to earlier registrations, and of two
 * registrations at the same time neither finds the other.
 *
 * That a dependency is there is no condition of the transaction. As one, it would make all pipelines that register
 * against the same popular version get in one another's way, and 100 of them do not fit a transaction. A deletion at the
 * same time leaves what a deletion right after the registration leaves, which is allowed: what protects a dependency is
 * that a version which needs it is active (rule 8), and whoever makes one active meets the deletion on `Usage`.
 *
 * @throws Failure `dependency.not_found`, naming each that is not there
 */
export async function findNeeds(context: Context, dependsOn: readonly Dependency[]): Promise<Needs> {
  if (dependsOn.length === 0) return { refs: [], versions: [], names: new Map() };
  const { store, caller, now } = context;
  const models = await store.modelsNamed(
    caller.tenant,
    dependsOn.map(({ model }) => model),
  );
  const refs = refsOf(dependsOn, models, caller.roles);
  const found = await store.versionsAt(
    caller.tenant,
    refs.filter((ref) => ref !== undefined),
  );
  const versions = found.filter((version) => version !== undefined);
  return {
    refs: keepUsable(dependsOn, refs, versions, now),
    versions,
    names: new Map([...models].map(([name, { id }]) => [id, name])),
  };
}

/** Notes who needs whom, before the version is there. Whatever is needed for the first time is marked first. */
export async function noteNeeds({ store }: Context, version: Version, { versions }: Needs): Promise<void> {
  const unmarked = versions.filter(({ needed }) => !needed);
  await Promise.all(unmarked.map((one) => store.commit(markNeeded(one))));
  await store.note(edgesOf(version));
}
