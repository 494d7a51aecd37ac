import type { Hashed } from '../hash-pool.ts';
import { hashPool } from '../hash-pool.ts';
import { progress } from '../progress.ts';
import type { World } from '../world.ts';
import type { Found } from './walk.ts';

export type HashedFile = Found & Hashed;

/** Hashes files, several at a time. */
export async function hashAll(files: readonly Found[], world: World): Promise<HashedFile[]> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  using bar = await progress('Hashing', total, world);
  await using pool = hashPool();
  return await Promise.all(files.map(async (found) => ({ ...found, ...(await pool.hash(found.file, bar.advance)) })));
}
