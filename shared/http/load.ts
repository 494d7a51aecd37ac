import type { Model } from '../domain/model.ts';
import type { ModelName, VersionNumber } from '../domain/names.ts';
import type { Tenant } from '../domain/tenant.ts';
import { stateAt, type Version } from '../domain/version.ts';
import { Failure } from '../errors.ts';
import type { Context } from './endpoint.ts';

/**
 * The model of this name, at the revision that `If-Match` names.
 * @throws Failure `model.not_found`, `precondition.failed`
 */
export async function loadModel({ store, caller, expectedRevision }: Context, name: ModelName): Promise<Model> {
  const model = await store.model(caller.tenant, name);
  if (!model) throw new Failure('model.not_found', `There is no model ${name}.`);
  if (expectedRevision !== undefined && model.revision !== expectedRevision) {
    const detail = `expected ${name} at revision ${expectedRevision}, got ${model.revision}.`;
    throw new Failure('precondition.failed', detail);
  }
  return model;
}

/** The version of this number, in the state of this moment. @throws Failure `version.not_found` */
export async function loadVersion(
  { store, now }: Pick<Context, 'store' | 'now'>,
  model: Model,
  number: VersionNumber,
): Promise<Version> {
  return present(model, number, await store.version(model, number), now);
}

/**
 * The versions of these numbers, read at once, in their order and in the state of this moment.
 * @throws Failure `version.not_found`
 */
export async function loadVersions(
  { store, now }: Pick<Context, 'store' | 'now'>,
  model: Model,
  numbers: readonly [VersionNumber, ...VersionNumber[]],
): Promise<[Version, ...Version[]]> {
  const [first, ...rest] = await store.versionsOf(model, numbers);
  return [
    present(model, numbers[0], first, now),
    ...rest.map((version, index) => present(model, numbers[index + 1] ?? numbers[0], version, now)),
  ];
}

function present(model: Model, number: VersionNumber, version: Version | undefined, now: Date): Version {
  if (version && version.state !== 'deleted') return { ...version, state: stateAt(version, now) };
  throw new Failure('version.not_found', `${model.name} has no version ${number}.`);
}

/** The tenant of the caller, which is there as long as it has members. */
export async function loadTenant({ store, caller }: Pick<Context, 'store' | 'caller'>): Promise<Tenant> {
  const tenant = await store.tenant(caller.tenant);
  if (tenant) return tenant;
  throw new Failure('tenant.not_found', `There is no tenant ${caller.tenant}.`);
}
