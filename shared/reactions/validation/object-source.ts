import type { Artifacts, StoredObject } from '../../artifacts/artifacts.ts';
import type { Source } from '../../domain/format/cursor.ts';

const BLOCK_BYTES = 2 ** 20;
/** The latest blocks that were read: what is looked at lies close together. */
const BLOCKS_KEPT = 8;

/** An object that can be read anywhere, block by block. @throws Error when it was removed meanwhile */
export function sourceIn(artifacts: Pick<Artifacts, 'section'>, key: string, { etag, bytes }: StoredObject): Source {
  const blocks = new Map<number, Promise<Uint8Array>>();

  const read = async (from: number): Promise<Uint8Array> => {
    const content = await artifacts.section(key, etag, from, Math.min(BLOCK_BYTES, bytes - from));
    if (!content) throw new Error(`${key} was removed while it was looked at.`);
    return content;
  };
  const block = (at: number): Promise<Uint8Array> => {
    const known = blocks.get(at);
    const content = known ?? read(at * BLOCK_BYTES);
    // The one that was asked for last goes last.
    blocks.delete(at);
    blocks.set(at, content);
    for (const oldest of blocks.keys()) if (blocks.size > BLOCKS_KEPT) blocks.delete(oldest);
    return content;
  };

  return {
    bytes,
    async read(from, length) {
      const to = Math.min(bytes, from + length);
      const parts: Uint8Array[] = [];
      for (let at = from; at < to; ) {
        const number = Math.floor(at / BLOCK_BYTES);
        const offset = at - number * BLOCK_BYTES;
        const part = (await block(number)).subarray(offset, Math.min(BLOCK_BYTES, offset + to - at));
        parts.push(part);
        at += part.length;
      }
      return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
    },
  };
}
