import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { FilePath, type ManifestFile, RegisteredFile } from '../../shared/domain/artifact.ts';
import { Sha256 } from '../../shared/domain/names.ts';
import { Complaint } from '../complaint.ts';
import { ensureDirectory } from '../directory.ts';

/** Where files lie until they are whole and proved, inside the directory that they are pulled to. */
export const LEFTOVERS = '.signet-pull';

/** Makes the directory that unfinished files lie in, and with it the one that they are pulled to. */
export async function openLeftovers(directory: string): Promise<string> {
  const leftovers = path.join(directory, LEFTOVERS);
  await keepInside(directory, leftovers, LEFTOVERS);
  await ensureDirectory(leftovers);
  return leftovers;
}

/**
 * The places of the files of a manifest in a directory, by path.
 * @throws Complaint when one of them would lie elsewhere, or two in one place
 */
export async function placesOf(directory: string, files: readonly ManifestFile[]): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  const taken = new Set<string>();
  for (const file of files) {
    const at = placeOf(directory, file);
    // Unfinished files are called by their digest.
    if (!Sha256.safeParse(file.sha256).success) throw outside(file.path, 'its SHA-256 is none');
    if (!RegisteredFile.shape.bytes.safeParse(file.bytes).success) throw outside(file.path, 'its size is none');
    if (taken.has(at.toLowerCase())) throw outside(file.path, 'another file has the same place');
    taken.add(at.toLowerCase());
    await keepInside(directory, path.dirname(at), file.path);
    places.set(file.path, at);
  }
  return places;
}

/**
 * Where a file of a manifest belongs, whatever the manifest says.
 * @throws Complaint for a path that leads out of the directory, or among the unfinished files
 */
export function placeOf(directory: string, { path: relative }: Pick<ManifestFile, 'path'>): string {
  const parsed = FilePath.safeParse(relative);
  if (!parsed.success) throw outside(relative, parsed.error.issues[0]?.message ?? 'not a path of a version');

  const segments = relative.split('/');
  if (segments[0]?.toLowerCase() === LEFTOVERS) throw outside(relative, 'this is where unfinished files are');
  const isOdd = process.platform === 'win32' && segments.some((segment) => /[<>:"|?*]|[. ]$/.test(segment));
  if (isOdd) throw outside(relative, 'Windows has no such name');

  const at = path.join(directory, ...segments);
  if (!at.startsWith(directory.endsWith(path.sep) ? directory : directory + path.sep))
    throw outside(relative, 'it leads out of the directory');
  return at;
}

/** A link on the way down could lead anywhere. */
async function keepInside(directory: string, folder: string, relative: string): Promise<void> {
  for (let at = folder; at !== directory; at = path.dirname(at)) {
    const entry = await lstat(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    });
    if (entry?.isSymbolicLink()) throw outside(relative, `${path.relative(directory, at)} is a link`);
    if (entry && !entry.isDirectory()) {
      const hint = 'Pull to another directory, or move it away.';
      throw new Complaint('conflict', `${relative} needs a directory where the file ${at} is.`, { hint });
    }
  }
}

const outside = (relative: string, why: string): Complaint =>
  new Complaint('refused', `${relative} is not written: ${why}.`, {
    hint: 'Nothing outside of the directory was touched. Pull to another directory, or ask who registered the version.',
  });
