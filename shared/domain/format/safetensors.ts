import type { Cursor } from './cursor.ts';
import { Malformed } from './finding.ts';

/** What the loader takes at most is 100 MB; of real models not even a megabyte is used. */
const HEADER_MAX = 32 * 2 ** 20;

const BITS: Readonly<Record<string, number>> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  I64: 64,
  U64: 64,
  F64: 64,
  C64: 64,
};

/** Eight bytes of length and an opening brace: no other format begins like that. */
export const isSafetensors = (head: Uint8Array): boolean =>
  head.length >= 9 && head[8] === 0x7b && headerBytes(head) >= 2 && headerBytes(head) < 2 ** 40;

const headerBytes = (head: Uint8Array): number => Number(Buffer.from(head.subarray(0, 8)).readBigUInt64LE());

/**
 * Sees that the header says what the rest is: every tensor as large as type and shape make it, all of them one behind
 * the other, with nothing between, before or after them.
 *
 * Source: https://github.com/huggingface/safetensors#format
 * @throws {Malformed}
 */
export async function checkSafetensors(cursor: Cursor, bytes: number): Promise<void> {
  const length = headerBytes(await cursor.next(8));
  if (length > bytes - 8) throw new Malformed(`has a header of ${length} bytes, and ends before that`);
  if (length > HEADER_MAX) throw new Malformed(`has a header of ${length} bytes`);
  const { __metadata__: metadata, ...tensors } = headerOf(await cursor.next(length));
  if (metadata !== undefined && !isTexts(metadata)) throw new Malformed('has metadata that are not texts');

  const extents = Object.entries(tensors).map(([name, tensor]) => extentOf(name, tensor));
  extents.sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of extents) {
    if (from < end) throw new Malformed(`has the tensor ${name} where another is`);
    if (from > end) throw new Malformed(`has ${from - end} bytes before the tensor ${name} that belong to none`);
    end = to;
  }
  const rest = bytes - 8 - length;
  if (end !== rest) throw new Malformed(`has ${rest} bytes of tensors, where its header says ${end}`);
}

function headerOf(header: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
    if (isRecord(parsed)) return parsed;
  } catch (error) {
    throw new Malformed('has a header that is no JSON', { cause: error });
  }
  throw new Malformed('has a header that is no object');
}

interface Extent {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function extentOf(name: string, tensor: unknown): Extent {
  const { dtype, shape, data_offsets: offsets } = isRecord(tensor) ? tensor : {};
  const bits = typeof dtype === 'string' && Object.hasOwn(BITS, dtype) ? BITS[dtype] : undefined;
  if (bits === undefined) throw new Malformed(`has the tensor ${name} of a type that is none`);
  if (!isNaturals(shape)) throw new Malformed(`has the tensor ${name} of a shape that is none`);
  const [from, to] = isNaturals(offsets) && offsets.length === 2 ? offsets : [];
  if (from === undefined || to === undefined) throw new Malformed(`has the tensor ${name} without its two offsets`);

  const size = shape.reduce((product, side) => product * side, bits) / 8;
  if (to - from !== size) throw new Malformed(`has ${to - from} bytes of the tensor ${name}, which takes ${size}`);
  return { name, from, to };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every((one) => typeof one === 'string');
const isNaturals = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0);
