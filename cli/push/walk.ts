import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Complaint } from '../complaint.ts';
import { LEFTOVERS } from '../pull/target.ts';

/** A file to be pushed: what it is called in the version, and where it lies. */
export interface Found {
  /** Relative to the directory, with `/`, in NFC. */
  readonly path: string;
  readonly file: string;
  readonly bytes: number;
}

/** What a directory has: its files by path, and the directories with nothing in them, which a version cannot have. */
export interface Walked {
  readonly files: readonly Found[];
  readonly empty: readonly string[];
}

/**
 * Every file of a directory, whatever its name; or the one file that is named instead.
 * Links inside of the directory are followed.
 * @throws Complaint for what cannot be pushed as it is: a link that leaves the directory, a pipe, an unreadable name
 */
export async function walk(directory: string): Promise<Walked> {
  const root = await realpath(directory);
  if ((await stat(root)).isFile()) {
    const { size: bytes } = await stat(root);
    return { files: [{ path: path.basename(directory).normalize('NFC'), file: root, bytes }], empty: [] };
  }
  const files: Found[] = [];
  const empty: string[] = [];
  const visit = async (folder: string, prefix: string, above: readonly string[]) => {
    const entries = await readdir(folder);
    if (entries.length === 0 && prefix !== '') empty.push(prefix.slice(0, -1));
    for (const name of entries.sort()) {
      const file = path.join(folder, name);
      const called = `${prefix}${name}`.normalize('NFC');
      if (prefix === '' && name === LEFTOVERS) throw unfinished(file);
      const target = await targetOf(file, root, called);
      const { size: bytes, ...kind } = await kindOf(target);
      if (kind.isFile) files.push({ path: called, file: target, bytes });
      else if (!kind.isDirectory) throw new Complaint('usage', `${called} is neither a file nor a directory.`);
      else if (above.includes(target)) throw new Complaint('usage', `${called} links to a directory that it is in.`);
      else await visit(target, `${called}/`, [...above, target]);
    }
  };
  await visit(root, '', [root]);
  return { files, empty };
}

async function kindOf(file: string) {
  const found = await stat(file);
  return { size: found.size, isFile: found.isFile(), isDirectory: found.isDirectory() };
}

/** Where an entry really is. */
async function targetOf(file: string, root: string, called: string): Promise<string> {
  const entry = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || !called.includes('\ufffd')) throw error;
    throw new Complaint('usage', `${called}: the name is not UTF-8.`, { hint: 'Rename it.' });
  });
  if (!entry.isSymbolicLink()) return file;

  const target = await realpath(file).catch((cause: unknown) => {
    throw new Complaint('usage', `${called} links to something that is not there.`, { cause });
  });
  if (target === root || target.startsWith(root + path.sep)) return target;
  const hint = 'Copy what it links to into the directory, or remove the link.';
  throw new Complaint('usage', `${called} links to ${target}, out of the directory.`, { hint });
}

const unfinished = (file: string): Complaint =>
  new Complaint('usage', `${file} is left over from a pull that did not end.`, { hint: 'End the pull, or delete it.' });
