import { mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Complaint } from './complaint.ts';

/**
 * Makes a directory, and those above it that are missing, one after the other. Not with `recursive`: where a file
 * system has no place for directories (`/proc`), Node tries for ever.
 * @throws Complaint where a file is in the way
 */
export async function makeDirectory(directory: string): Promise<void> {
  const { there, missing } = await nearest(directory);
  let at = there;
  for (const name of missing) {
    at = path.join(at, name);
    await mkdir(at).catch((error: NodeJS.ErrnoException) => {
      // Others may have made it meanwhile.
      if (error.code !== 'EEXIST') throw error;
    });
  }
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
