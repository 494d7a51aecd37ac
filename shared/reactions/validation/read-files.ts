import { hash } from 'node:crypto';
import pLimit from 'p-limit';
import type { Artifacts, StoredObject } from '../../artifacts/artifacts.ts';
import { digestOf, Unfinished } from '../../artifacts/digest.ts';
import { readManifest } from '../../artifacts/manifest.ts';
import { isOf } from '../../artifacts/prove.ts';
import { type ManifestFile, objectKey, type ProvenObject } from '../../domain/artifact.ts';
import { sourceOf } from '../../domain/format/cursor.ts';
import type { Finding } from '../../domain/format/finding.ts';
import { inspect } from '../../domain/format/inspect.ts';
import type { Sha256, TenantId } from '../../domain/names.ts';
import { type FileFinding, VALIDATION_RULES } from '../../domain/validation.ts';
import type { Store } from '../../store/store.ts';
import { sourceIn } from './object-source.ts';

/** Files up to this size are held while they are looked at: so their bytes are read once, to prove and to look. */
const HELD_BYTES_MAX = 16 * 2 ** 20;
/** So many files are looked at at once, of however many versions. */
const limit = pLimit(4);

interface World {
  readonly artifacts: Artifacts;
  readonly store: Pick<Store, 'proven' | 'reading' | 'note'>;
  readonly tenant: TenantId;
  readonly now: () => Date;
  readonly isLate: () => boolean;
}

/** What was found in the files of a version, and how many of them there was no time for. */
export interface Readings {
  readonly files: readonly FileFinding[];
  readonly left: number;
}

/**
 * Reads the files of a version, proves the SHA-256 of each, and looks into it. What was read before, for whichever
 * version, is not read again: what is known of each object is noted as soon as it is known, so that it goes on there
 * after a crash.
 */
export async function readFiles(world: World, rootDigest: Sha256): Promise<Readings> {
  const { files } = await readManifest(world.artifacts, world.tenant, rootDigest);
  const notes = await world.store.proven(world.tenant, [...new Set(files.map(({ sha256 }) => sha256))]);
  const reads = files.map((file) =>
    limit(async () => {
      const known = foundOf(notes.get(file.sha256), file);
      if (known) return { path: file.path, proof: 'proved', found: known } as const;
      return world.isLate() ? undefined : readFile(world, file, notes.get(file.sha256)).catch(leftOver);
    }),
  );
  const done = (await Promise.all(reads)).filter((file) => file !== undefined);
  return { files: done, left: files.length - done.length };
}

/** A large file that was not read to its end is left too: the next one goes on where it was noted last. */
function leftOver(error: unknown): undefined {
  if (!(error instanceof Unfinished)) throw error;
}

/** What was found in these bytes under this path, by the rules of today. */
const foundOf = (note: ProvenObject | undefined, { path }: ManifestFile): Finding | undefined =>
  note?.found?.rules === VALIDATION_RULES && note.found.path === path ? note.found : undefined;

async function readFile(world: World, file: ManifestFile, proof: ProvenObject | undefined): Promise<FileFinding> {
  const { artifacts, store, tenant } = world;
  const { path, bytes, sha256 } = file;
  const object = await artifacts.stat(objectKey(tenant, sha256));
  if (!object) return { path, proof: 'missing' };
  const read =
    object.bytes === bytes
      ? await (bytes <= HELD_BYTES_MAX ? held : streamed)(world, file, object, isOf(proof, object))
      : false;
  if (!read) return { path, proof: 'mismatched' };
  const { format, problems } = read;
  const found = { rules: VALIDATION_RULES, path, format, problems: [...problems] };
  await store.note([{ kind: 'proof', tenant, sha256, bytes, etag: object.etag, found }]);
  return { path, proof: 'proved', found: read };
}

/** Proves bytes that are at hand as a whole, and looks into them. */
async function held({ artifacts, tenant }: World, { path, sha256, bytes }: ManifestFile, { etag }: StoredObject) {
  const content = await artifacts.section(objectKey(tenant, sha256), etag, 0, bytes);
  return content && hash('sha256', content, 'hex') === sha256 && inspect(path, sourceOf(content));
}

/** Proves bytes as they come, unless somebody has; then looks into them, of which little has to be read for that. */
async function streamed(world: World, { path, sha256 }: ManifestFile, object: StoredObject, isProven: boolean) {
  const isRight = isProven || (await digestOf(world, sha256, object)) === sha256;
  return isRight && inspect(path, sourceIn(world.artifacts, objectKey(world.tenant, sha256), object));
}
