import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { STAGED_PREFIX } from '../../shared/domain/staged.ts';
import { unlessAbsent } from './errors.ts';

/** Where things are. Names are hashes, so that no key can name a place outside. */
export interface Disk {
  /** What is not finished: swept at the next start. */
  readonly temporary: string;
  readonly uploads: string;
  /** The parts of the objects that came in parts. */
  readonly joined: string;
  /** The name of an object's file: a hash of its key. */
  readonly nameOf: (key: string) => string;
  readonly file: (name: string) => string;
}

/** What the names begin with of what has its own time to go: so that it is found without a look at everything else. */
export const STAGED = 'staged-';

/** Prepares a directory, and sweeps what the last run left half done. */
export async function openDisk(directory: string): Promise<Disk> {
  const [temporary, uploads, joined, objects] = ['temporary', 'uploads', 'joined', 'objects'].map((folder) =>
    path.join(directory, folder),
  ) as [string, string, string, string];
  const shards = Array.from({ length: 256 }, (_, shard) => path.join(objects, shard.toString(16).padStart(2, '0')));

  await rm(temporary, { recursive: true, force: true });
  for (const folder of [temporary, uploads, joined, ...shards, path.join(objects, shardOf(STAGED))])
    await mkdir(folder, { recursive: true });

  return {
    temporary,
    uploads,
    joined,
    nameOf: (key) => (key.startsWith(STAGED_PREFIX) ? STAGED : '') + createHash('sha256').update(key).digest('hex'),
    file: (name) => path.join(objects, shardOf(name), name),
  };
}

const shardOf = (name: string): string => name.slice(0, 2);

/** Removes a directory that is there or not. It goes as a whole: nobody sees half of it, and a crash leaves no rest. */
export async function removeDirectory({ temporary }: Disk, directory: string): Promise<void> {
  const removed = path.join(temporary, randomUUID());
  await rename(directory, removed).catch(unlessAbsent);
  await syncDirectory(path.dirname(directory));
  await rm(removed, { recursive: true, force: true });
}

/** A new name is safe from a power cut only when its directory is on the disk as well. */
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory);
  await handle.sync();
}
