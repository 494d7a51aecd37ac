import { lstat } from 'node:fs/promises';
import type { ManifestFile } from '../../shared/domain/artifact.ts';
import { Complaint } from '../complaint.ts';
import type { HashPool } from '../hash-pool.ts';

interface Question<File extends ManifestFile> {
  readonly files: readonly File[];
  readonly places: ReadonlyMap<string, string>;
  readonly pool: HashPool;
  /** Whether other files give way. */
  readonly force: boolean;
}

const ISSUES_MAX = 20;

/**
 * Which files of a version are not in their places yet. Nothing is touched.
 * @throws Complaint where something else is in the place of one, and is not to give way
 */
export async function survey<File extends ManifestFile>({
  files,
  places,
  pool,
  force,
}: Question<File>): Promise<File[]> {
  const states = await Promise.all(files.map((file) => stateOf(file, places.get(file.path) ?? '', pool)));
  const inTheWay = files.filter((_, at) => states[at] === 'directory' || (states[at] === 'other' && !force));
  if (inTheWay.length === 0) return files.filter((_, at) => states[at] !== 'same');

  const others = inTheWay.length > 1 ? ` and ${inTheWay.length - 1} more` : '';
  throw new Complaint('conflict', `${inTheWay[0]?.path}${others} would be overwritten.`, {
    issues: inTheWay.slice(0, ISSUES_MAX).map(({ path: field }) => ({ field, message: 'is there with other content' })),
    hint: 'Pull to another directory with --to, or overwrite with --force.',
  });
}

type State = 'absent' | 'same' | 'other' | 'directory';

async function stateOf({ bytes, sha256 }: ManifestFile, place: string, pool: HashPool): Promise<State> {
  const entry = await lstat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!entry) return 'absent';
  if (entry.isDirectory()) return 'directory';
  if (!entry.isFile() || entry.size !== bytes) return 'other';
  const hashed = await pool.hash(place, () => {});
  return hashed.sha256 === sha256 ? 'same' : 'other';
}
