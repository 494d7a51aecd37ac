import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Source, sourceOf } from '../../../shared/domain/format/cursor.ts';
import { inspect } from '../../../shared/domain/format/inspect.ts';
import { bytes, u16, u32, u64 } from './bytes.ts';
import { safetensorsOf, tarOf, zipOf } from './files.ts';
import * as p from './pickles.ts';

const MEGABYTE = 2 ** 20;
/** On an idle machine none takes a second. */
const SECONDS_MAX = 10;
const GROWTH_MAX = 256 * MEGABYTE;

/** Looks at a content, and tells what that cost. */
async function costOf(name: string, source: Source) {
  const before = process.memoryUsage();
  const begun = performance.now();
  const found = await inspect(name, source);
  const seconds = (performance.now() - begun) / 1_000;
  const after = process.memoryUsage();
  return { ...found, seconds, grown: after.heapUsed + after.external - before.heapUsed - before.external };
}

/** An end of a zip that claims so many files in a list of so many bytes. */
const endOf = (entries: number, length: number, at = 0) =>
  bytes(
    bytes('PK\x06\x06', u64(44), u16(45), u16(45), u32(0), u32(0), u64(entries), u64(entries), u64(length), u64(at)),
    bytes('PK\x06\x07', u32(0), u64(length + at), u32(1)),
    bytes('PK\x05\x06', u16(0), u16(0), u16(65535), u16(65535), u32(0xffffffff), u32(0xffffffff), u16(0)),
  );
const opcodes = Buffer.alloc(40 * MEGABYTE, 'N0');

describe('I5: what a hostile file costs', () => {
  it.each<readonly [what: string, name: string, content: () => Uint8Array, said: RegExp]>([
    ['a bomb of pickles', 'bomb.joblib', () => deflateSync(bytes(p.proto(4), opcodes)), /more opcodes/],
    ['a bomb in a bomb', 'bomb.gz', () => gzipSync(gzipSync(bytes(p.proto(4), opcodes))), /more opcodes/],
    [
      'a bomb of bytes that are passed over',
      'bomb.zip',
      () => zipOf([{ name: 'a.pkl', content: p.pickle(4, p.blob(Buffer.alloc(400 * MEGABYTE))), deflated: true }]),
      /more bytes when it is unpacked/,
    ],
    ['a million files', 'many.zip', () => bytes('PK\x03\x04', endOf(1_000_000, 46_000_000)), /list/],
    [
      'a million files in a list of none',
      'many.zip',
      () => bytes('PK\x03\x04', endOf(1_000_000, 0, 4)),
      /1000000 files/,
    ],
    ['a list of files of four gigabytes', 'list.zip', () => bytes('PK\x03\x04', endOf(1, 2 ** 32)), /list of files/],
    [
      'a pickle that claims four gigabytes',
      'model.pkl',
      () => bytes(p.proto(4), 'B', u32(2 ** 32 - 1), '.'),
      /ends too early/,
    ],
    [
      'tensors that claim the same',
      'm.safetensors',
      () => safetensorsOf({}, Buffer.alloc(0), 2 ** 39),
      /ends before that/,
    ],
    ['a deep stack', 'deep.pkl', () => bytes(p.proto(4), Buffer.alloc(20 * MEGABYTE, '(')), /deeper stack/],
    [
      'a long memory',
      'long.pkl',
      () => bytes(p.proto(4), Buffer.alloc(20 * MEGABYTE, ')\x940', 'latin1')),
      /remembers more/,
    ],
    ['a line without end', 'line.pkl', () => bytes('c', Buffer.alloc(100 * MEGABYTE, 'a')), /without an end/],
    [
      'files one in the other',
      'deep.tar',
      () =>
        [1, 2, 3, 4, 5, 6].reduce<Uint8Array>((inner) => tarOf([{ name: 'in.tar', content: inner }]), Buffer.alloc(10)),
      /files in files in files/,
    ],
  ])('is bounded for %s, which is refused', async (_, name, content, said) => {
    const { seconds, grown, problems } = await costOf(name, sourceOf(content()));

    expect(problems.map(({ message }) => message)).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
    expect(seconds).toBeLessThan(SECONDS_MAX);
    expect(grown).toBeLessThan(GROWTH_MAX);
  });
});

describe('what a large file costs', () => {
  /** Bytes that are nowhere: a front, and nothing but zeros behind it. */
  function vast(front: Uint8Array, length: number): Source & { readonly read: Source['read']; taken: () => number } {
    let taken = 0;
    return {
      bytes: length,
      taken: () => taken,
      read: async (from, wanted) => {
        const bytesRead = Math.max(0, Math.min(wanted, length - from));
        taken += bytesRead;
        const chunk = Buffer.alloc(bytesRead);
        chunk.set(front.subarray(from, from + bytesRead));
        return chunk;
      },
    };
  }

  it('is its header, for tensors of ten gigabytes', async () => {
    const length = 10_000_000_000;
    const header = JSON.stringify({ w: { dtype: 'U8', shape: [length], data_offsets: [0, length] } });
    const source = vast(bytes(u64(header.length), header), 8 + header.length + length);

    expect(await inspect('model.safetensors', source)).toEqual({ format: 'safetensors', problems: [] });
    expect(source.taken()).toBeLessThan(MEGABYTE);
  });

  it('is its opcodes, for a pickle with an array of ten gigabytes', async () => {
    const length = 10_000_000_000;
    const source = vast(bytes(p.proto(4), '\x8e', u64(length)), 11 + length + 1);
    const { problems } = await inspect('model.pkl', source);

    // The last byte is a zero, where a full stop should be.
    expect(problems).toEqual([{ kind: 'unseen', message: expect.stringMatching(/byte 0 that is no opcode/) }]);
    expect(source.taken()).toBeLessThan(3 * MEGABYTE);
  });

  it('is no memory, for 300 MB that have to be read', async () => {
    const line = bytes(p.none, p.pop);
    const source: Source = {
      bytes: 300_000_000,
      read: async (from, wanted) =>
        from === 0
          ? bytes(p.proto(4), p.blob(Buffer.alloc(0)), p.pop, Buffer.alloc(wanted - 8, line))
          : Buffer.alloc(wanted, line),
    };
    const { grown, problems } = await costOf('rows.pkl', source);

    expect(problems).toEqual([{ kind: 'unseen', message: 'has more opcodes than are looked at' }]);
    expect(grown).toBeLessThan(64 * MEGABYTE);
  });
});
