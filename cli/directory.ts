import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeDirectory } from '../shared/make-directory.ts';
import { Complaint } from './complaint.ts';

/**
 * Makes a directory where there is none yet.
 * @throws Complaint where a file is in the way
 */
export async function ensureDirectory(directory: string): Promise<void> {
  await nearest(directory);
  await makeDirectory(directory);
}

/**
 * Where a directory really is, or would be once it is made.
 * @throws Complaint where a file is in the way
 */
export async function realPlace(directory: string): Promise<string> {
  const { there, missing } = await nearest(directory);
  return path.join(await realpath(there), ...missing);
}

/** The nearest directory that is there, and the names under it that are not. */
async function nearest(directory: string): Promise<{ readonly there: string; readonly missing: readonly string[] }> {
  const found = await stat(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
  });
  if (found?.isDirectory()) return { there: directory, missing: [] };
  if (found) throw new Complaint('local', `${directory} is not a directory.`, { hint: 'Choose another place.' });
  const { there, missing } = await nearest(path.dirname(directory));
  return { there, missing: [...missing, path.basename(directory)] };
}
