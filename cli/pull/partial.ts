import { constants } from 'node:fs';
import { appendFile, copyFile, type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Large files are fetched in pieces of this size, several at once; finished ones outlive an interruption. */
export const PIECE_BYTES = 16 * 2 ** 20;

/** Some bytes of a file. */
export interface Piece {
  readonly index: number;
  readonly from: number;
  readonly bytes: number;
}

/** A file that is not whole yet, called by its SHA-256, and beside it a list of its finished pieces. */
export interface Partial {
  readonly file: string;
  readonly handle: FileHandle;
  /** What is still to be fetched. */
  readonly missing: readonly Piece[];
  /** Whether some of it was there before. */
  readonly isResumed: boolean;
  /** Keeps in mind that a piece is there. */
  finish(piece: Piece): Promise<void>;
  close(): Promise<void>;
  /** Forgets all of it. */
  discard(): Promise<void>;
  /** Gives it the names that it should have, each at once. */
  move(to: readonly string[]): Promise<void>;
}

export async function openPartial(
  leftovers: string,
  { sha256, bytes }: { readonly sha256: string; readonly bytes: number },
): Promise<Partial> {
  const file = path.join(leftovers, sha256);
  const list = `${file}.pieces`;
  const pieces = piecesOf(bytes);
  const handle = await open(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o666);
  const { size } = await handle.stat();
  const finished = await finishedIn(list);
  const missing = pieces.filter((piece) => !finished.has(piece.index) || piece.from + piece.bytes > size);
  await handle.truncate(Math.min(size, bytes));
  return {
    file,
    handle,
    missing,
    isResumed: missing.length < pieces.length,
    finish: async ({ index }) => {
      if (pieces.length > 1) await appendFile(list, `${index}\n`);
    },
    close: () => handle.close(),
    discard: async () => {
      await rm(list, { force: true });
      await rm(file, { force: true });
    },
    move: async ([first = '', ...others]) => {
      for (const other of others) {
        await copyFile(file, `${file}.copy`, constants.COPYFILE_FICLONE);
        await rename(`${file}.copy`, other);
      }
      await rename(file, first);
      await rm(list, { force: true });
    },
  };
}

const piecesOf = (bytes: number): Piece[] =>
  Array.from({ length: Math.ceil(bytes / PIECE_BYTES) }, (_, index) => ({
    index,
    from: index * PIECE_BYTES,
    bytes: Math.min(PIECE_BYTES, bytes - index * PIECE_BYTES),
  }));

/** A line that was not ended does not count. */
async function finishedIn(list: string): Promise<Set<number>> {
  const text = await readFile(list, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  return new Set(text.split('\n').slice(0, -1).map(Number));
}
