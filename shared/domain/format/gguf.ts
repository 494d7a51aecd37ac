import type { Cursor } from './cursor.ts';
import { Malformed } from './finding.ts';

/** Bytes of each type of value; a text is 8, an array is 9. */
const VALUE_BYTES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const TEXT = 8;
const ARRAY = 9;

/** How many weights a block of each type of tensor has, and how many bytes it takes. */
const BLOCKS: Readonly<Record<number, readonly [weights: number, bytes: number]>> = {
  0: [1, 4],
  1: [1, 2],
  2: [32, 18],
  3: [32, 20],
  6: [32, 22],
  7: [32, 24],
  8: [32, 34],
  9: [32, 36],
  10: [256, 84],
  11: [256, 110],
  12: [256, 144],
  13: [256, 176],
  14: [256, 210],
  15: [256, 292],
  16: [256, 66],
  17: [256, 74],
  18: [256, 98],
  19: [256, 50],
  20: [32, 18],
  21: [256, 110],
  22: [256, 82],
  23: [256, 136],
  24: [1, 1],
  25: [1, 2],
  26: [1, 4],
  27: [1, 8],
  28: [1, 8],
  29: [256, 56],
  30: [1, 2],
  34: [256, 54],
  35: [256, 66],
  39: [32, 17],
};

const TEXT_MAX = 64 * 2 ** 20;
const NAME_MAX = 65_535;
const DIMENSIONS_MAX = 4;
const ALIGNMENT = 32;

/**
 * Sees that what a file counts is there: its values, its tensors, and the bytes of each of these.
 *
 * Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 * @throws {Malformed}
 */
export async function checkGguf(cursor: Cursor, bytes: number): Promise<void> {
  await cursor.skip(4);
  const version = await u32(cursor);
  if (version < 2 || version > 3) throw new Malformed(`is of version ${version}, which is not known`);
  const [tensors, values] = [await u64(cursor), await u64(cursor)];
  // A tensor takes 32 bytes to describe, a value 13.
  if (tensors * 32 + values * 13 > bytes)
    throw new Malformed(`counts ${tensors} tensors and ${values} values, and ends before`);

  let alignment = ALIGNMENT;
  for (let count = 0; count < values; count += 1) {
    const key = await text(cursor, NAME_MAX);
    const type = await u32(cursor);
    if (key === 'general.alignment' && type === 4) alignment = await u32(cursor);
    else await skipValue(cursor, type);
  }
  if (alignment === 0 || alignment % 8 !== 0) throw new Malformed(`has the alignment ${alignment}`);

  const ends: number[] = [];
  for (let count = 0; count < tensors; count += 1) ends.push(await tensorEnd(cursor, alignment));
  const begin = Math.ceil(cursor.position / alignment) * alignment;
  const end = ends.reduce((last, one) => Math.max(last, one), 0);
  if (tensors > 0 && begin + end > bytes)
    throw new Malformed(`has tensors up to byte ${begin + end}, and ends at ${bytes}`);
}

async function tensorEnd(cursor: Cursor, alignment: number): Promise<number> {
  const name = await text(cursor, NAME_MAX);
  const dimensions = await u32(cursor);
  if (dimensions > DIMENSIONS_MAX) throw new Malformed(`has the tensor ${name} of ${dimensions} dimensions`);
  let weights = 1;
  for (let count = 0; count < dimensions; count += 1) weights *= await u64(cursor);
  const block = BLOCKS[await u32(cursor)];
  const offset = await u64(cursor);
  if (!block) throw new Malformed(`has the tensor ${name} of a type that is not known`);
  if (!Number.isSafeInteger(weights)) throw new Malformed(`has the tensor ${name} of ${weights} weights`);
  if (offset % alignment !== 0) throw new Malformed(`has the tensor ${name} at ${offset}, which is not aligned`);
  return offset + Math.ceil(weights / block[0]) * block[1];
}

async function skipValue(cursor: Cursor, type: number, depth = 0): Promise<void> {
  if (type === TEXT) return skipText(cursor);
  if (type !== ARRAY) return cursor.skip(bytesOf(type));
  if (depth > 3) throw new Malformed('has arrays of arrays of arrays');

  const [of, count] = [await u32(cursor), await u64(cursor)];
  if (of !== TEXT && of !== ARRAY) return cursor.skip(count * bytesOf(of));
  for (let at = 0; at < count; at += 1) await skipValue(cursor, of, depth + 1);
}

function bytesOf(type: number): number {
  const bytes = VALUE_BYTES[type];
  if (bytes === undefined) throw new Malformed(`has a value of the type ${type}, which is not known`);
  return bytes;
}

async function skipText(cursor: Cursor): Promise<void> {
  const length = await u64(cursor);
  if (length > TEXT_MAX) throw new Malformed(`has a text of ${length} bytes`);
  await cursor.skip(length);
}

async function text(cursor: Cursor, max: number): Promise<string> {
  const length = await u64(cursor);
  if (length > max) throw new Malformed(`has a name of ${length} bytes`);
  return Buffer.from(await cursor.next(length)).toString('utf8');
}

const u32 = async (cursor: Cursor): Promise<number> => Buffer.from(await cursor.next(4)).readUInt32LE();

async function u64(cursor: Cursor): Promise<number> {
  const number = Number(Buffer.from(await cursor.next(8)).readBigUInt64LE());
  if (!Number.isSafeInteger(number)) throw new Malformed('counts more than there can be');
  return number;
}
