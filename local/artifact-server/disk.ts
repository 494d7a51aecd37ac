import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Where things are. Names are hashes, so that no key can name a place outside. */
export interface Disk {
  readonly temporary: string;
  readonly uploads: string;
  readonly object: (key: string) => string;
}

/** Prepares a directory, and sweeps what the last run left half done. */
export function openDisk(directory: string): Disk {
  const temporary = path.join(directory, 'temporary');
  const uploads = path.join(directory, 'uploads');
  const objects = path.join(directory, 'objects');

  rmSync(temporary, { recursive: true, force: true });
  for (const folder of [temporary, uploads]) mkdirSync(folder, { recursive: true });
  for (let shard = 0; shard < 256; shard += 1) {
    mkdirSync(path.join(objects, shard.toString(16).padStart(2, '0')), { recursive: true });
  }

  return {
    temporary,
    uploads,
    object: (key) => {
      const name = createHash('sha256').update(key).digest('hex');
      return path.join(objects, name.slice(0, 2), name);
    },
  };
}
