import { createHash } from 'node:crypto';
import { createSHA256 } from 'hash-wasm';
import { objectKey, type Reading } from '../domain/artifact.ts';
import type { Sha256, TenantId } from '../domain/names.ts';
import type { Store } from '../store/store.ts';
import type { Artifacts, StoredObject } from './artifacts.ts';

/** Bytes are asked for in sections of this size, so many at once. */
const SECTION_BYTES = 8 * 2 ** 20;
const AHEAD = 3;
/** What is larger is read in several goes, if need be, and noted after each of these. */
const ONE_GO_BYTES = 4 * 2 ** 30;
const MARK_BYTES = 2 ** 30;
const READING_SECONDS = 7 * 86_400;

interface World {
  readonly artifacts: Pick<Artifacts, 'section'>;
  readonly store: Pick<Store, 'reading' | 'note'>;
  readonly tenant: TenantId;
  readonly now: () => Date;
  /** Whether it is time to stop, and go on another time from where it was noted last. */
  readonly isLate?: () => boolean;
  readonly oneGoBytes?: number;
  readonly markBytes?: number;
}

/** It took longer than there was time: what was read is noted, and the next reading goes on from there. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
}

/**
 * The SHA-256 of an object, read once in constant memory; `undefined` where it is gone, or another one.
 *
 * Node's SHA-256 is eight times as fast as one whose state can be kept. So what one go is enough for at any speed is read
 * with that, and larger objects with the other: whoever reads them next goes on, whatever ended the last reading.
 * @throws {Unfinished}
 */
export async function digestOf(world: World, sha256: Sha256, object: StoredObject): Promise<string | undefined> {
  if (object.bytes <= (world.oneGoBytes ?? ONE_GO_BYTES)) {
    return inOneGo(world.artifacts, objectKey(world.tenant, sha256), object);
  }
  return inGoes(world, sha256, object);
}

/** The SHA-256 of the object of a key, read once; `undefined` where it is gone, or another one. */
export async function inOneGo(
  artifacts: Pick<Artifacts, 'section'>,
  key: string,
  object: Pick<StoredObject, 'bytes' | 'etag'>,
): Promise<string | undefined> {
  const hash = createHash('sha256');
  for await (const section of sectionsOf(artifacts, key, object, 0)) {
    if (!section) return undefined;
    hash.update(section);
  }
  return hash.digest('hex');
}

async function inGoes(world: World, sha256: Sha256, object: StoredObject): Promise<string | undefined> {
  const { store, tenant, isLate = () => false, markBytes = MARK_BYTES } = world;
  const hash = await createSHA256();
  const before = await store.reading(tenant, sha256);
  const begun = before?.etag === object.etag ? before : undefined;
  if (begun) hash.load(Buffer.from(begun.state, 'base64'));
  let [bytes, marked] = [begun?.bytes ?? 0, begun?.bytes ?? 0];
  for await (const section of sectionsOf(world.artifacts, objectKey(tenant, sha256), object, bytes)) {
    if (!section) return undefined;
    hash.update(section);
    bytes += section.length;
    const late = isLate();
    if (late || bytes - marked >= markBytes) {
      const state = Buffer.from(hash.save()).toString('base64');
      const expiresAt = Math.floor(world.now().getTime() / 1_000) + READING_SECONDS;
      const reading: Reading = { kind: 'reading', tenant, sha256, etag: object.etag, bytes, state, expiresAt };
      await store.note([reading]);
      marked = bytes;
    }
    if (late) throw new Unfinished(`There are ${object.bytes - bytes} bytes of ${sha256} left.`);
  }
  return hash.digest('hex');
}

/** An object from a byte on, section by section: the next ones are under way while one is looked at. */
async function* sectionsOf(
  artifacts: World['artifacts'],
  key: string,
  { etag, bytes }: Pick<StoredObject, 'bytes' | 'etag'>,
  from: number,
) {
  const underWay: Promise<Uint8Array | undefined>[] = [];
  let next = from;
  while (next < bytes || underWay.length > 0) {
    while (next < bytes && underWay.length < AHEAD) {
      const section = artifacts.section(key, etag, next, SECTION_BYTES);
      // Whoever stops early does not wait for it.
      section.catch(() => undefined);
      underWay.push(section);
      next += SECTION_BYTES;
    }
    yield await underWay.shift();
  }
}
