import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a directory, and those above it that are not there; each with this mode, if one is given. Level by level: asked
 * for all at once, Node tries for ever where a file system takes no directory, as in `/proc`, and hides that another is
 * read-only.
 */
export async function makeDirectory(directory: string, mode?: number): Promise<void> {
  if (await isDirectory(directory)) return;
  await makeDirectory(path.dirname(path.resolve(directory)), mode);
  try {
    await mkdir(directory, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!(await isDirectory(directory))) throw error;
  }
}

const isDirectory = async (place: string): Promise<boolean> =>
  stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
