import { Malformed } from './finding.ts';

/** Bytes that can be read anywhere: fewer come back only where they end. */
export interface Source {
  readonly bytes: number;
  readonly read: (from: number, length: number) => Promise<Uint8Array>;
}

/** Bytes as they come. */
export interface Pull {
  /** The next ones, at least one, or nothing at the end. */
  readonly next: () => Promise<Uint8Array | undefined>;
  /** Goes past so many at most without reading them, and tells how many. */
  readonly pass?: (count: number) => number;
}

/** A place in bytes that are read once, from the front. `ahead` begins with the next byte, as far as it is at hand. */
export interface Cursor {
  readonly position: number;
  readonly ahead: Uint8Array;
  /** How many bytes are at hand, and each of them. */
  readonly held: number;
  readonly byteAt: (index: number) => number | undefined;
  /** Goes past bytes that are ahead. */
  take(count: number): void;
  /** Whether so many bytes are to come: they are ahead then. */
  has(count: number): Promise<boolean>;
  /** The next bytes, taken. @throws {Malformed} at the end */
  next(count: number): Promise<Uint8Array>;
  /** Goes past so many bytes. @throws {Malformed} at the end */
  skip(count: number): Promise<void>;
}

/** The first bytes tell whether more are wanted. */
const [CHUNK_BYTES, CHUNK_BYTES_MAX] = [4 * 1024, 1024 * 1024];
export const CUT_OFF = 'ends too early';

export const sourceOf = (content: Uint8Array): Source => ({
  bytes: content.length,
  read: async (from, length) => content.subarray(from, from + length),
});

/** So many bytes of a source, from one of them on. */
export const sectionOf = (source: Source, from: number, bytes: number): Source => ({
  bytes: Math.max(0, Math.min(bytes, source.bytes - from)),
  read: (at, length) => source.read(from + at, Math.max(0, Math.min(length, bytes - at))),
});

/** Reads a source from its front, and leaves out what is passed over. */
export function pullOf(source: Source): Pull {
  let at = 0;
  let wanted = CHUNK_BYTES;
  return {
    async next() {
      if (at >= source.bytes) return undefined;
      const chunk = await source.read(at, Math.min(wanted, source.bytes - at));
      wanted = Math.min(wanted * 4, CHUNK_BYTES_MAX);
      at += chunk.length;
      return chunk.length > 0 ? chunk : undefined;
    },
    pass(count) {
      const passed = Math.min(count, source.bytes - at);
      at += passed;
      return passed;
    },
  };
}

export function cursorOver({ next, pass = () => 0 }: Pull): Cursor {
  let window: Uint8Array = new Uint8Array();
  let at = 0;
  let before = 0;

  /** Has so many bytes ahead, or all that are to come. */
  const gather = async (count: number): Promise<void> => {
    const chunks = [window.subarray(at)];
    let held = window.length - at;
    while (held < count) {
      const chunk = await next();
      if (!chunk) break;
      chunks.push(chunk);
      held += chunk.length;
    }
    const [first, second] = chunks.filter(({ length }) => length > 0);
    before += at;
    at = 0;
    window = second ? Buffer.concat(chunks, held) : (first ?? new Uint8Array());
  };

  const cursor: Cursor = {
    get position() {
      return before + at;
    },
    get ahead() {
      return at === 0 ? window : window.subarray(at);
    },
    get held() {
      return window.length - at;
    },
    byteAt: (index) => window[at + index],
    take: (count) => {
      at += count;
    },
    has: async (count) => {
      if (window.length - at < count) await gather(count);
      return window.length - at >= count;
    },
    next: async (count) => {
      if (!(await cursor.has(count))) throw new Malformed(CUT_OFF);
      const bytes = window.subarray(at, at + count);
      at += count;
      return bytes;
    },
    skip: async (count) => {
      let left = count - Math.min(count, window.length - at);
      at += count - left;
      while (left > 0) {
        const passed = pass(left);
        before += passed;
        left -= passed;
        if (left === 0) return;
        await gather(1);
        if (window.length === 0) throw new Malformed(CUT_OFF);
        const taken = Math.min(left, window.length);
        at += taken;
        left -= taken;
      }
    },
  };
  return cursor;
}

/** The next bytes of a cursor as if they were all. What is not taken of them is passed over by `end`. */
export function portionOf(outer: Cursor, bytes: number): { readonly pull: Pull; readonly end: () => Promise<void> } {
  let left = bytes;
  return {
    pull: {
      async next() {
        if (left === 0 || !(await outer.has(1))) return undefined;
        const chunk = outer.ahead.subarray(0, left);
        outer.take(chunk.length);
        left -= chunk.length;
        return chunk;
      },
    },
    end: () => outer.skip(left),
  };
}
