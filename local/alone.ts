import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { databaseIn, sqliteError, TableLocked } from '../shared/store/sqlite-file.ts';
import { Refused } from './refused.ts';

const WAIT_MS_MAX = 10_000;
const PAUSE_MS = 20;

/**
 * Does work on a file while nobody else does, in this process or another. The lock beside it is the operating system's:
 * it ends with its process, however that ends, so that none is ever left behind.
 *
 * @throws {Refused} where others take too long
 */
export async function alone<T>(file: string, work: () => Promise<T>): Promise<T> {
  using lock = databaseIn(`${file}.lock`);
  const begun = performance.now();
  while (!taken(lock, file)) {
    if (performance.now() - begun > WAIT_MS_MAX)
      throw new Refused(1, `${file} is in use by another process. Try again.`);
    await setTimeout(PAUSE_MS);
  }
  return await work();
}

function taken(lock: DatabaseSync, file: string): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    const reason = sqliteError(error, file);
    if (reason instanceof TableLocked) return false;
    throw reason;
  }
}
