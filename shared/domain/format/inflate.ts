import { Readable, type Transform } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import type { Pull } from './cursor.ts';
import { type Effort, spend } from './effort.ts';
import { Malformed, TooMuch } from './finding.ts';

const CHUNK_BYTES = 64 * 1024;

const METHODS = {
  deflate: () => createInflateRaw({ chunkSize: CHUNK_BYTES }),
  zlib: () => createInflate({ chunkSize: CHUNK_BYTES }),
  gzip: () => createGunzip({ chunkSize: CHUNK_BYTES }),
} as const satisfies Record<string, () => Transform>;
export type Method = keyof typeof METHODS;

/**
 * What comes out of compressed bytes, as it is asked for. To be ended, for what nobody asks for any more.
 * Its `next` throws {@link Malformed}, and {@link TooMuch} when more comes out than is looked at.
 */
export function inflated(method: Method, { next }: Pull, effort: Effort): { pull: Pull; end: () => void } {
  const bytes = Readable.from(chunksOf(next), { objectMode: false, highWaterMark: CHUNK_BYTES });
  const unpacking = METHODS[method]();
  const out = bytes
    .on('error', (error) => unpacking.destroy(error))
    .pipe(unpacking)
    .iterator();
  return {
    pull: {
      async next() {
        const { value } = await out.next().catch(malformed);
        if (value) spend(effort, 'inflated', value.length);
        return value;
      },
    },
    end: () => {
      bytes.destroy();
      unpacking.destroy();
    },
  };
}

async function* chunksOf(next: Pull['next']): AsyncGenerator<Uint8Array> {
  for (let chunk = await next(); chunk; chunk = await next()) yield chunk;
}

/** What zlib says of bytes; a failure to read them is no fault of theirs. */
function malformed(error: Error & { code?: string }): never {
  if (error instanceof TooMuch || !error.code?.startsWith('Z_')) throw error;
  throw new Malformed(`is not compressed as it says: ${error.message}`, { cause: error });
}
