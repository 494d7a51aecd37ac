import path from 'node:path';
import type { LimitFunction } from 'p-limit';
import { Complaint } from '../complaint.ts';
import { ensureDirectory } from '../directory.ts';
import { each } from '../each.ts';
import type { HashPool } from '../hash-pool.ts';
import type { Progress } from '../progress.ts';
import { fetchBytes } from './fetch.ts';
import type { Download, Listing } from './listing.ts';
import { openPartial, type Partial } from './partial.ts';

/** What it takes to bring files to their places. */
export interface Retrieval {
  readonly list: Listing;
  readonly leftovers: string;
  readonly places: ReadonlyMap<string, string>;
  readonly pool: HashPool;
  /** How many pieces travel at once, of all files together. */
  readonly pieces: LimitFunction;
  readonly bar: Progress;
  /** Hears of bytes as they arrive. */
  readonly received: (bytes: number) => void;
}

/**
 * Brings files that have the same bytes to their places, once the bytes are proved.
 * @throws Complaint when they are not those of the manifest
 */
export async function retrieve(files: readonly Download[], retrieval: Retrieval): Promise<void> {
  const [file] = files;
  if (!file) return;
  const { leftovers, pool, bar, places } = retrieval;
  const partial = await openPartial(leftovers, file);
  try {
    await complete(file, partial, retrieval);
  } finally {
    await partial.close();
  }
  const { sha256, bytes } = await pool.hash(partial.file, () => {});
  if (sha256 !== file.sha256 || bytes !== file.bytes) {
    bar.advance(-file.bytes);
    await partial.discard();
    // What an interruption left behind may be damaged: it deserves one fresh start.
    if (partial.isResumed) return retrieve(files, retrieval);
    throw damaged(file);
  }
  const to = files.map(({ path: called }) => places.get(called) ?? '');
  for (const place of to) await ensureDirectory(path.dirname(place));
  await partial.move(to);
}

async function complete(file: Download, partial: Partial, { list, pieces, bar, received }: Retrieval): Promise<void> {
  const missing = partial.missing.reduce((sum, { bytes }) => sum + bytes, 0);
  bar.advance(file.bytes - missing);
  const source = (expired?: Download['request']) => list.request(file, expired);
  const moved = (bytes: number) => {
    bar.advance(bytes);
    received(bytes);
  };
  await each(partial.missing, pieces, async (piece) => {
    await fetchBytes({ ...piece, path: file.path, handle: partial.handle, source }, moved);
    await partial.finish(piece);
  });
}

const damaged = ({ path: called }: Download): Complaint =>
  new Complaint('refused', `${called} is not what was registered: its SHA-256 is another. It was deleted.`, {
    hint: 'Pull again. If it stays so, the store is damaged: `signet audit export` shows what was registered.',
  });
