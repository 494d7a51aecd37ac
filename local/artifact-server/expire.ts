import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { STAGED } from './disk.ts';
import { unlessAbsent } from './errors.ts';
import { openSealed } from './sealed-file.ts';
import { removeObject, type Store } from './store.ts';

/** Removes what was uploaded before, and has a version by now or never will: of what a version has there is a copy. */
export async function expireStaged(store: Store, before: Date): Promise<void> {
  const folder = path.dirname(store.disk.file(STAGED));
  for (const name of (await readdir(folder).catch(unlessAbsent)) ?? []) {
    const details = await detailsIn(path.join(folder, name));
    if (details && new Date(details.modified) < before) await removeObject(store, details.key);
  }
}

async function detailsIn(file: string) {
  await using sealed = await openSealed(file);
  return sealed?.details;
}
