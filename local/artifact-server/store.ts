import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Disk, syncDirectory } from './disk.ts';
import { S3Error } from './errors.ts';
import type { Joined } from './joined.ts';
import {
  type Condition,
  type Details,
  openSealed,
  publish,
  type Stored,
  type Written,
  writeSealed,
} from './sealed-file.ts';
import type { InTurn } from './turns.ts';

/** Where objects are kept: a file each, which has the bytes or says where their parts are. */
export interface Store {
  readonly disk: Disk;
  readonly joined: Joined;
  /** Whoever changes what a name stands for does it in turn, so that nothing happens between a look and the change. */
  readonly inTurn: InTurn;
}

/** Opens an object, or gives `undefined` where there is none. */
export async function openObject({ disk, joined }: Store, key: string): Promise<Stored | undefined> {
  const file = await openSealed(disk.file(disk.nameOf(key)));
  const details = file?.details;
  if (details?.parts === undefined) return file;

  await file?.[Symbol.asyncDispose]();
  const parts = await joined.open(details.parts);
  return parts && { details, ...parts };
}

/** Makes what was written the object of its key, in place of an older one or only if there is none. */
export async function publishObject({ disk, joined, inTurn }: Store, written: Written, condition: Condition) {
  const name = disk.nameOf(written.details.key);
  const file = disk.file(name);
  await inTurn(name, async () => {
    const replaced = condition.onlyNew ? undefined : await detailsOf(file);
    await publish(written, file, condition);
    if (replaced?.parts !== undefined) await joined.discard(replaced.parts);
  });
}

/** Makes a directory of parts the object of its key. If it does not come to be, the directory is gone as well. */
export async function publishParts(store: Store, directory: string, details: Details, condition: Condition) {
  const { disk, joined } = store;
  const parts = await joined.add(directory, disk.nameOf(details.key));
  try {
    await publishObject(store, await writeSealed(disk.temporary, noBytes({ ...details, parts })), condition);
  } catch (error) {
    await joined.discard(parts);
    throw error;
  }
}

// biome-ignore lint/correctness/useYield: it has no bytes to give, and details at its end.
async function* noBytes(details: Details): AsyncGenerator<Uint8Array, Details> {
  return details;
}

/**
 * Removes an object: if it is there, or only while it has an ETag.
 *
 * @throws S3Error when it has another ETag, or is not there to have one
 */
export async function removeObject({ disk, joined, inTurn }: Store, key: string, etag?: string): Promise<void> {
  const name = disk.nameOf(key);
  const file = disk.file(name);
  await inTurn(name, async () => {
    const found = await detailsOf(file);
    if (etag !== undefined) refuseOther(found, etag);
    await rm(file, { force: true });
    await syncDirectory(path.dirname(file));
    if (found?.parts !== undefined) await joined.discard(found.parts);
  });
}

/** @throws S3Error where it has another ETag, or is not there to have one */
export function refuseOther(found: Details | undefined, etag: string): void {
  if (!found) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (found.etag !== etag) throw new S3Error('PreconditionFailed', 'The object has another ETag.');
}

async function detailsOf(file: string): Promise<Details | undefined> {
  await using sealed = await openSealed(file);
  return sealed?.details;
}
