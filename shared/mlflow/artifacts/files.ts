import { findManifest } from '../../artifacts/manifest.ts';
import { type ManifestFile, objectKey } from '../../domain/artifact.ts';
import { includes } from '../../domain/role.ts';
import { isLive, type Staged, stagedKey } from '../../domain/staged.ts';
import { downloadable, type Version } from '../../domain/version.ts';
import { Failure } from '../../errors.ts';
import type { Context } from '../../http/endpoint.ts';
import { requirePublisher } from './people.ts';
import type { Place } from './place.ts';

/** A file that can be read, and where its bytes are. */
export interface Readable {
  readonly path: string;
  readonly bytes: number;
  readonly key: string;
  /** Only of what was proven. */
  readonly sha256?: string;
}

/**
 * The files at a place: all of a version, or those that the caller uploaded below a directory.
 * @throws Failure `version.not_found`, `version.incomplete`, `version.external`, `artifact.deleted`, `artifact.lost`
 */
export async function filesAt(context: Context, place: Place): Promise<readonly Readable[]> {
  const { store, caller, now } = context;
  if (place.kind === 'version') {
    const files = await filesOfVersion(context, place);
    return files.map((file) => ({ ...file, key: objectKey(caller.tenant, file.sha256) }));
  }
  requirePublisher(caller);
  const staged = await store.stagedBelow(caller.tenant, caller.actor.principal, place.path);
  return staged.filter((file) => isLive(file, now)).map(readable);
}

/** The file at a place. @throws Failure also `artifact.not_found` */
export async function fileAt(context: Context, place: Place): Promise<Readable> {
  const found = place.kind === 'version' ? await ofVersion(context, place) : await ofCaller(context, place.path);
  if (found) return found;
  throw new Failure('artifact.not_found', `There is no file ${place.path}.`);
}

async function ofVersion(context: Context, place: Extract<Place, { kind: 'version' }>) {
  return (await filesAt(context, place)).find(({ path }) => path === place.path);
}

async function ofCaller({ store, caller, now }: Context, path: string): Promise<Readable | undefined> {
  requirePublisher(caller);
  const staged = await store.staged(caller.tenant, caller.actor.principal, path);
  return staged && isLive(staged, now) ? readable(staged) : undefined;
}

const readable = ({ tenant, path, bytes, object }: Staged): Readable => ({
  path,
  bytes,
  key: stagedKey(tenant, object),
});

/** Of a copy, the files are those of the version that it is a copy of. */
async function filesOfVersion(context: Context, place: Extract<Place, { kind: 'version' }>) {
  const { store, caller, artifacts } = context;
  const model = await modelOf(context, place);
  const named = model && (await store.version(model, place.version));
  if (!model || !named || named.state === 'deleted') throw absent();
  const version = named.copyOf ? await originalOf(context, named) : named;
  const { rootDigest } = downloadable(model, { ...version, number: named.number });
  const manifest = await findManifest(artifacts, caller.tenant, rootDigest);
  if (manifest) return manifest.files satisfies readonly ManifestFile[];
  throw new Failure('artifact.lost', `The files of ${model.name} version ${named.number} are not there any more.`);
}

/** A model whose id is known. Who may not read it learns no more than that: it is absent. */
async function modelOf({ store, caller }: Context, { model: id }: Extract<Place, { kind: 'version' }>) {
  const last = (await store.lastNames(caller.tenant, [id])).get(id);
  if (!last || last.deleted || !includes(caller.roles, ['reader'], last.name)) return undefined;
  const model = await store.model(caller.tenant, last.name);
  return model?.id === id ? model : undefined;
}

async function originalOf({ store, caller }: Context, { copyOf }: Version): Promise<Version> {
  const [original] = copyOf ? await store.versionsAt(caller.tenant, [copyOf]) : [];
  if (original) return original;
  throw absent();
}

const absent = (): Failure => new Failure('version.not_found', 'There is no such version.');
