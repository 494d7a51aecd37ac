import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Writes a file that only its owner may read. After a crash there is the whole of it, or what was there before. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const unfinished = `${file}.new`;
  // What a crash has left may be another's to read.
  await rm(unfinished, { force: true });
  await writeDurably(unfinished, text);
  await rename(unfinished, file);
  await syncDirectoryOf(file);
}

/** Writes such a file if there is none of its name, and says whether it did. After a crash there is all of it, or none. */
export async function writeOnce(file: string, text: string): Promise<boolean> {
  const unfinished = `${file}.${randomUUID()}.new`;
  await writeDurably(unfinished, text);
  try {
    await link(unfinished, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(unfinished, { force: true });
    await syncDirectoryOf(file);
  }
}

async function syncDirectoryOf(file: string): Promise<void> {
  await using directory = await open(path.dirname(file));
  await directory.sync();
}

async function writeDurably(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx', 0o600);
  await handle.writeFile(text);
  await handle.sync();
}

/** The text of a file, or `undefined` where there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
