import { Failure } from '../errors.ts';
import type { DigestGuard, Files, ObjectReference } from './artifact.ts';
import { canonicalJson } from './canonical.ts';
import { type Change, momentOf, type Occasion, unchanged } from './change.ts';
import type { VersionRef } from './dependency.ts';
import { NO_EVIDENCE } from './evidence.ts';
import { type Dependency, keepSmall, type Lineage } from './metadata.ts';
import { type Model, touched } from './model.ts';
import { type Sha256, VERSION_MAX, VersionNumber } from './names.ts';
import type { Schema } from './schema.ts';
import type { Tags } from './text.ts';
import { revised, stateAt, type Version } from './version.ts';

/** What a caller says of a version besides its files. */
export interface Registration {
  readonly description: string;
  readonly tags: Tags;
  readonly metrics: Readonly<Record<string, number>>;
  readonly schema?: Schema | undefined;
  readonly lineage: Lineage;
  /** What it needs: versions that are there. */
  readonly needs: readonly VersionRef[];
  /** The version whose files these are. */
  readonly copyOf?: VersionRef | undefined;
}

/**
 * What a caller says of a version, small enough to be kept.
 * @throws Failure `request.invalid`, naming the largest field
 */
export function registrationOf(
  input: Omit<Registration, 'needs' | 'copyOf'> & { readonly dependsOn: readonly Dependency[] },
): Omit<Registration, 'needs'> {
  const { description, tags, metrics, schema, lineage, dependsOn } = input;
  const said = { description, tags, metrics, schema, lineage };
  keepSmall({ ...said, dependsOn });
  return said;
}

/** A digest that is taken: the guard, and the version that has it. */
export interface Taken {
  readonly guard: DigestGuard;
  readonly version: Version;
}

/**
 * Registers a version whose files are kept elsewhere. There is nothing to wait for: it is complete at once.
 * @throws Failure `model.full` when there is no number left
 */
export function registerExternal(
  model: Model,
  registration: Registration,
  source: string,
  occasion: Occasion,
): Change<Version> {
  const at = momentOf(model, occasion);
  const version: Version = { ...begun(model, registration, occasion), source, state: 'complete', completedAt: at };
  return {
    result: version,
    head: { replace: numbered(model, version, occasion) },
    writes: [{ create: version }],
    event: { type: 'version.registered', version: version.number, actor: occasion.actor, data: { source } },
  };
}

/**
 * Registers a version by its files. The same files again, while they are still being uploaded, resume that version.
 * @throws Failure `version.duplicate` when the files are a version already, `model.full` when there is no number left
 */
export function registerFiles(
  model: Model,
  registration: Registration,
  files: Files,
  taken: Taken | undefined,
  occasion: Occasion,
): Change<Version> {
  const state = taken && stateAt(taken.version, occasion.now);
  if (taken && (state === 'uploading' || state === 'complete')) return resume(model, registration, taken.version);

  const artifact = artifactOf(files);
  const version: Version = { ...begun(model, registration, occasion), artifact };
  const guard = guardFor(version, files, taken);
  // A deleted version has given its digest back: then the guard that was read is gone, and this write meets a conflict.
  const abandoned = state === 'abandoned' ? taken?.version : undefined;
  return {
    result: version,
    head: { replace: numbered(model, version, occasion) },
    writes: [
      { create: version },
      guard,
      ...(abandoned ? [{ replace: revised(abandoned, version.createdAt, { state: 'abandoned' }) }] : []),
    ],
    event: {
      type: 'version.registered',
      version: version.number,
      actor: occasion.actor,
      data: { ...artifact, ...(abandoned && { abandoned: abandoned.number }) },
    },
  };
}

/** A version of the next number, that has no files yet. */
export function begun(model: Model, registration: Registration, occasion: Occasion): Version {
  const at = momentOf(model, occasion);
  const { schema, needs, copyOf, ...rest } = registration;
  return {
    kind: 'version',
    tenant: model.tenant,
    model: model.id,
    number: numberFor(model),
    state: 'uploading',
    stage: 'none',
    ...rest,
    metrics: { ...rest.metrics },
    needs: [...needs],
    needed: false,
    ...(schema && { schema }),
    ...(copyOf && { copyOf }),
    evidence: NO_EVIDENCE,
    registeredBy: occasion.actor,
    createdAt: at,
    updatedAt: at,
    revision: 1,
  };
}

/** What a version says of its files. */
export const artifactOf = ({ manifest, rootDigest }: Files): NonNullable<Version['artifact']> => ({
  rootDigest,
  files: manifest.files.length,
  bytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
});

/** Has a version take the digest of its files, in the place of one that gave it up. */
export function guardFor({ tenant, model, number }: Version, { rootDigest }: Files, taken: Taken | undefined) {
  const revision = (taken?.guard.revision ?? 0) + 1;
  const guard: DigestGuard = { kind: 'digest', tenant, model, digest: rootDigest, version: number, revision };
  return taken ? { replace: guard } : { create: guard };
}

/** Numbers are never used twice, so that they can run out. */
function numberFor({ name, nextVersion }: Model): VersionNumber {
  if (nextVersion <= VERSION_MAX) return VersionNumber.parse(nextVersion);
  throw new Failure('model.full', `${name} has used all ${VERSION_MAX} version numbers: go on in another model.`);
}

/** The model with this number used. */
export const numbered = (model: Model, { number }: Version, occasion: Occasion): Model =>
  touched(model, occasion, { nextVersion: number + 1 });

/** A push that was interrupted comes again as it was: anything else would be lost, or would change the version. */
function resume(model: Model, registration: Registration, version: Version): Change<Version> {
  const name = `${model.name} version ${version.number}`;
  if (version.state === 'complete') throw new Failure('version.duplicate', `These files are ${name}.`);

  const fields = ['description', 'tags', 'metrics', 'schema', 'lineage', 'needs'] as const;
  const different = fields
    .filter((field) => text(registration[field]) !== text(version[field]))
    .map((field) => (field === 'needs' ? 'dependsOn' : field));
  if (different.length === 0) return unchanged(version);

  throw new Failure(
    'version.duplicate',
    `These files are being uploaded as ${name}, with another ${different.join(', ')}.`,
    {
      issues: different.map((field) => ({ field, message: `differs from that of version ${version.number}` })),
    },
  );
}

const text = (value: unknown): string => (value === undefined ? '' : canonicalJson(value));

/** Whose bytes these are, for every different file: to be written before the version. */
export const referencesOf = (model: Model, { manifest, rootDigest }: Files): ObjectReference[] =>
  [...new Set(manifest.files.map(({ sha256 }) => sha256))].map((sha256) => ({
    kind: 'reference',
    tenant: model.tenant,
    sha256,
    model: model.id,
    rootDigest,
  }));

/**
 * The root digest of the files that have to be proved before a version is complete; none when it is complete already.
 * @throws Failure `version.abandoned`, and `version.incomplete` while nobody knows its files
 */
export function toProve({ name }: Model, version: Version, { now }: Pick<Occasion, 'now'>): Sha256 | undefined {
  if (version.state === 'complete') return undefined;
  const isUploading = stateAt(version, now) === 'uploading';
  if (version.artifact && isUploading) return version.artifact.rootDigest;
  if (isUploading)
    throw new Failure('version.incomplete', `The files of ${name} version ${version.number} are being read.`);
  throw new Failure('version.abandoned', `The upload of ${name} version ${version.number} was abandoned.`);
}

/**
 * Makes a version complete, once every one of its files is there and proved.
 * @throws Failure `version.abandoned`
 */
export function complete(model: Model, version: Version, occasion: Occasion): Change<Version> {
  const rootDigest = toProve(model, version, occasion);
  if (rootDigest === undefined) return unchanged(version);

  const at = momentOf(model, occasion);
  const completed = revised(version, at, { state: 'complete', completedAt: at, completedBy: occasion.actor });
  return {
    result: completed,
    head: { replace: touched(model, occasion) },
    writes: [{ replace: completed }],
    event: { type: 'version.completed', version: version.number, actor: occasion.actor, data: { rootDigest } },
  };
}
