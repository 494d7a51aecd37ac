import { edgesOf, refOf, refText, type VersionRef } from '../domain/dependency.ts';
import type { Dependency } from '../domain/metadata.ts';
import type { Model } from '../domain/model.ts';
import type { ModelId, ModelName } from '../domain/names.ts';
import { includes } from '../domain/role.ts';
import { stateAt, type Version } from '../domain/version.ts';
import { Failure, type Issue } from '../errors.ts';
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
  const readable = (name: ModelName): Model | undefined =>
    includes(caller.roles, ['reader'], name) ? models.get(name) : undefined;
  const refs = dependsOn.map(({ model, version }) => ({ model: readable(model)?.id, version }));
  const there = refs.filter((ref): ref is VersionRef => ref.model !== undefined);
  const found = await store.versionsAt(caller.tenant, there);
  const versions = new Map(found.flatMap((one) => (one ? [[refText(refOf(one)), one] as const] : [])));

  const issues = dependsOn.flatMap(({ model, version }, index): Issue[] => {
    const { model: id } = refs[index] ?? {};
    if (id === undefined) return [{ field: `dependsOn[${index}].model`, message: `there is no model ${model}` }];
    const one = versions.get(refText({ model: id, version }));
    const state = one ? stateAt(one, now) : 'deleted';
    if (state === 'complete') return [];
    const message =
      state === 'deleted' ? `${model} has no version ${version}` : `${model} version ${version} is ${state}`;
    return [{ field: `dependsOn[${index}].version`, message }];
  });
  const [first] = issues;
  if (first) throw new Failure('dependency.not_found', `${first.field}: ${first.message}.`, { issues });
  return {
    refs: there,
    versions: [...versions.values()],
    names: new Map([...models].map(([name, { id }]) => [id, name])),
  };
}

/**
 * Notes who needs whom, before the version is there. Whatever is needed for the first time is marked first: from then on
 * whoever moves it looks for its dependents, and one who does so at this moment finds that it has changed.
 */
export async function noteNeeds({ store }: Context, version: Version, { versions }: Needs): Promise<void> {
  await store.markNeeded(versions.filter(({ needed }) => !needed));
  await store.note(edgesOf(version));
}
