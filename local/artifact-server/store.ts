import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Disk, syncDirectory } from './disk.ts';
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

/** Where objects are kept: a file each, which has the bytes or says where their parts are. */
export interface Store {
  readonly disk: Disk;
  readonly joined: Joined;
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
export async function publishObject(store: Store, written: Written, condition: Condition) {
  const file = store.disk.file(store.disk.nameOf(written.details.key));
  const replaced = condition.onlyNew ? undefined : await partsOf(file);
  await publish(written, file, condition);
  if (replaced !== undefined) await store.joined.discard(replaced);
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

/** Removes an object, if it is there. */
export async function removeObject({ disk, joined }: Store, key: string): Promise<void> {
  const file = disk.file(disk.nameOf(key));
  const parts = await partsOf(file);
  await rm(file, { force: true });
  await syncDirectory(path.dirname(file));
  if (parts !== undefined) await joined.discard(parts);
}

async function partsOf(file: string): Promise<string | undefined> {
  await using sealed = await openSealed(file);
  return sealed?.details.parts;
}
