import type { Model } from '../domain/model.ts';
import { Stage } from '../domain/stage.ts';
import type { Version } from '../domain/version.ts';
import type { Context } from '../http/endpoint.ts';

/** So many of the highest numbers are looked at first, as they are now: most often all that is asked for is among them. */
const LOOK = 8;

/**
 * The version with the highest number in each of these stages, of those that can be used. What the model itself says of
 * staging and production is exact; an index is asked only for what has been passed long ago.
 */
export async function latestVersions(
  { store }: Pick<Context, 'store'>,
  model: Model,
  stages: readonly Stage[] = Stage.options,
): Promise<Version[]> {
  if (model.nextVersion === 1) return [];
  const { items, next } = await store.versions(model, { order: 'descending', limit: LOOK });
  const newest = items.filter(({ state }) => state === 'complete');
  const found = await Promise.all(
    stages.map(
      async (stage) => newest.find((version) => version.stage === stage) ?? (next && latestIn(store, model, stage)),
    ),
  );
  return found.filter((version) => version !== undefined).toSorted((one, other) => one.number - other.number);
}

async function latestIn(store: Context['store'], model: Model, stage: Stage): Promise<Version | undefined> {
  if (stage === 'staging' || stage === 'production') {
    const [highest] = model[stage].toSorted((one, other) => other - one);
    return highest && store.version(model, highest);
  }
  const { items } = await store.versions(model, { stage, order: 'descending', limit: LOOK });
  return items.find((version) => version.state === 'complete' && version.stage === stage);
}
