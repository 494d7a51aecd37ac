import type { Model } from '../domain/model.ts';
import { STAGE_NAMES } from '../domain/stage-names.ts';
import type { Tags } from '../domain/text.ts';
import type { Version, VersionState } from '../domain/version.ts';

/** What a client waits for after it registered a version, and for how long. */
const STATUS = {
  uploading: 'PENDING_REGISTRATION',
  complete: 'READY',
  abandoned: 'FAILED_REGISTRATION',
  deleted: 'FAILED_REGISTRATION',
} as const satisfies Record<VersionState, string>;

const milliseconds = (timestamp: string): number => Date.parse(timestamp);

const list = (tags: Tags) => Object.entries(tags).map(([key, value]) => ({ key, value }));

/** Lists that are empty are left out, as MLflow does. */
const some = <K extends string, T>(name: K, all: readonly T[]) =>
  (all.length > 0 ? { [name]: all } : {}) as { [P in K]?: readonly T[] };

/** A version as MLflow's client reads it, without what names it. */
export const modelVersion = ({ name }: Pick<Model, 'name'>, version: Version) => ({
  name,
  version: String(version.number),
  creation_timestamp: milliseconds(version.createdAt),
  last_updated_timestamp: milliseconds(version.updatedAt),
  current_stage: STAGE_NAMES[version.stage],
  description: version.description,
  // What the registry itself keeps has no other place.
  source: version.source ?? version.uploaded?.source ?? `models:/${name}/${version.number}`,
  run_id: version.lineage.runId ?? '',
  run_link: version.lineage.runLink ?? '',
  ...(version.lineage.loggedModelId !== undefined && { model_id: version.lineage.loggedModelId }),
  status: STATUS[version.state],
  ...(version.failure !== undefined && { status_message: version.failure }),
  ...some('tags', list(version.tags)),
});

/** The same with the aliases that it has. */
export const modelVersionNamed = (model: Model, version: Version) => ({
  ...modelVersion(model, version),
  ...some(
    'aliases',
    Object.entries(model.aliases)
      .filter(([, number]) => number === version.number)
      .map(([alias]) => alias),
  ),
});

/** A model as MLflow's client reads it, with the latest version of each stage. */
export const registeredModel = (model: Model, latest: readonly Version[]) => ({
  name: model.name,
  creation_timestamp: milliseconds(model.createdAt),
  last_updated_timestamp: milliseconds(model.updatedAt),
  ...(model.description !== '' && { description: model.description }),
  ...some(
    'latest_versions',
    latest.map((version) => modelVersion(model, version)),
  ),
  ...some('tags', list(model.tags)),
  ...some(
    'aliases',
    Object.entries(model.aliases).map(([alias, number]) => ({ alias, version: String(number) })),
  ),
});
