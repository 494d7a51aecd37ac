import pLimit from 'p-limit';
import { type ManifestFile, objectKey, type ProvenObject, partsOf } from '../domain/artifact.ts';
import type { Sha256, TenantId } from '../domain/names.ts';
import { Failure, type Issue } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Artifacts, StoredObject } from './artifacts.ts';
import { digestOf } from './digest.ts';
import { readManifest } from './manifest.ts';

/** How many objects are looked at at once: those that came in parts are read whole. */
const CONCURRENCY = 16;
const ISSUES_MAX = 100;

interface World {
  readonly artifacts: Artifacts;
  readonly store: Pick<Store, 'proven' | 'reading' | 'removing' | 'note'>;
  readonly tenant: TenantId;
  readonly now: () => Date;
}

/**
 * Proves that every file of a manifest is there, with its size and its SHA-256. What is not what its name says is
 * removed, so that it can be uploaded again.
 *
 * @throws Failure `version.incomplete` and `version.mismatch`, with an issue for each file
 */
export async function proveFiles(world: World, rootDigest: Sha256): Promise<void> {
  const { files } = await readManifest(world.artifacts, world.tenant, rootDigest);
  const different = [...new Map(files.map((file) => [file.sha256, file])).values()];
  // Before anything else is looked at: see `Removal`.
  const removing = await world.store.removing(
    world.tenant,
    different.map(({ sha256 }) => sha256),
  );
  const inParts = different.filter(({ bytes }) => partsOf(bytes) > 0).map(({ sha256 }) => sha256);
  const proven = await world.store.proven(world.tenant, inParts);

  const limit = pLimit(CONCURRENCY);
  const examined = different.map((file) =>
    limit(async () => {
      const state = removing.has(file.sha256) ? 'removing' : await examine(world, file, proven);
      return [file.sha256, state] as const;
    }),
  );
  const states = new Map(await Promise.all(examined));
  const issues = (state: State, message: string): Issue[] =>
    files.filter(({ sha256 }) => states.get(sha256) === state).map(({ path }) => ({ field: path, message }));

  refuse('version.mismatch', issues('mismatched', 'the bytes are not those of the manifest'));
  refuse('version.incomplete', issues('missing', 'is not uploaded, or not all of it'));
  refuse('version.incomplete', issues('removing', 'was about to be removed, as nothing used it: complete again later'));
}

function refuse(code: 'version.mismatch' | 'version.incomplete', issues: readonly Issue[]): void {
  if (issues.length === 0) return;
  const [first] = issues;
  const others = issues.length > 1 ? ` and ${issues.length - 1} more` : '';
  throw new Failure(code, `${first?.field}${others}: ${first?.message}.`, { issues: issues.slice(0, ISSUES_MAX) });
}

type State = 'proved' | 'missing' | 'mismatched' | 'removing';

async function examine(world: World, file: ManifestFile, proven: ReadonlyMap<Sha256, ProvenObject>): Promise<State> {
  const { artifacts, store, tenant } = world;
  const key = objectKey(tenant, file.sha256);
  const object = (await artifacts.stat(key)) ?? (await assembled(artifacts, key, file));
  if (!object) return 'missing';

  const isProven = object.sha256 === undefined && isOf(proven.get(file.sha256), object);
  const digest = isProven ? file.sha256 : (object.sha256 ?? (await digestOf(world, file.sha256, object)));
  // Somebody else has examined it meanwhile, and removed it.
  if (digest === undefined) return 'missing';
  if (digest !== file.sha256) {
    // Only what was read: by now others may have removed it, and uploaded the right bytes.
    await artifacts.remove(key, object.etag);
    return 'mismatched';
  }
  if (object.sha256 === undefined && !isProven) {
    const { bytes, etag } = object;
    await store.note([{ kind: 'proof', tenant, sha256: file.sha256, bytes, etag }]);
  }
  return object.bytes === file.bytes ? 'proved' : 'mismatched';
}

/** Whether it is this object that was read. */
export const isOf = (proof: ProvenObject | undefined, { etag }: StoredObject): boolean =>
  proof !== undefined && (proof.etag ?? etag) === etag;

/** Makes the object of its parts, once they are all there. */
async function assembled(artifacts: Artifacts, key: string, { bytes }: ManifestFile) {
  if (partsOf(bytes) === 0) return undefined;

  const upload = await artifacts.findUpload(key);
  // Somebody may have stated more bytes for this SHA-256, and sent parts beyond its end.
  const parts = upload?.parts.filter(({ part }) => part <= partsOf(bytes)) ?? [];
  const there = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (upload && there === bytes) await artifacts.closeUpload(key, upload.uploadId, parts);
  // Where there is no upload any more, somebody else has just closed it.
  return artifacts.stat(key);
}
