import type { Model } from '../domain/model.ts';
import { VersionNumber } from '../domain/names.ts';
import { Stage } from '../domain/stage.ts';
import type { Version } from '../domain/version.ts';
import type { Context } from '../http/endpoint.ts';

/** So many of the highest numbers are looked at first, as they are now: most often all that is asked for is among them. */
const LOOK = 8;

type Of = Pick<Context, 'store'>;

/**
 * The version with the highest number in each of these stages, of those that can be used. What the model itself says of
 * staging and production is exact; an index is asked only for what has been passed long ago.
 */
export async function latestVersions(
  { store }: Of,
  model: Model,
  stages: readonly Stage[] = Stage.options,
): Promise<Version[]> {
  if (model.nextVersion === 1) return [];
  const { items, next } = await store.versions(model, { order: 'descending', limit: LOOK });
  const found = stages.map((stage) => newestIn(items, stage) ?? (next && latestIn(store, model, stage)));
  return inOrder(await Promise.all(found));
}

/**
 * The same for the models of a page, each in all stages. All versions of which models say that they are the latest are
 * read together, and the index tells the rest: on AWS, what was archived a moment ago may not be among it yet.
 */
export async function latestOfEach(
  { store, caller }: Of & { readonly caller: Pick<Context['caller'], 'tenant'> },
  models: readonly Model[],
): Promise<Version[][]> {
  const refs = models.flatMap((model) => toldBy(model).map((version) => ({ model: model.id, version })));
  const versions = (await store.versionsAt(caller.tenant, refs)).filter((version) => version !== undefined);
  const told = Map.groupBy(versions, ({ model }) => model);
  return Promise.all(
    models.map(async (model) => {
      const known = told.get(model.id) ?? [];
      const hasMore = model.nextVersion - 1 > known.length;
      const found = Stage.options.map((stage) => {
        const newest = newestIn(known, stage);
        return newest || !hasMore || isExact(stage) ? newest : indexed(store, model, stage);
      });
      return inOrder(await Promise.all(found));
    }),
  );
}

/** The numbers of the newest version and of the newest in staging and in production, each once. */
const toldBy = ({ nextVersion, staging, production }: Model): VersionNumber[] =>
  [...new Set([nextVersion - 1, Math.max(0, ...staging), Math.max(0, ...production)])]
    .filter((number) => number > 0)
    .toSorted((one, other) => other - one)
    .map((number) => VersionNumber.parse(number));

/** Whether models say themselves what is in a stage. */
const isExact = (stage: Stage): stage is 'staging' | 'production' => stage === 'staging' || stage === 'production';

async function latestIn(store: Of['store'], model: Model, stage: Stage): Promise<Version | undefined> {
  if (!isExact(stage)) return indexed(store, model, stage);
  const [highest] = model[stage].toSorted((one, other) => other - one);
  return highest && store.version(model, highest);
}

async function indexed(store: Of['store'], model: Model, stage: Stage): Promise<Version | undefined> {
  const { items } = await store.versions(model, { stage, order: 'descending', limit: LOOK });
  return newestIn(items, stage);
}

/** The first that can be used of those that are in a stage, from the highest number down. */
const newestIn = (versions: readonly Version[], stage: Stage): Version | undefined =>
  versions.find((version) => version.state === 'complete' && version.stage === stage);

const inOrder = (versions: readonly (Version | undefined)[]): Version[] =>
  versions.filter((version) => version !== undefined).toSorted((one, other) => one.number - other.number);
