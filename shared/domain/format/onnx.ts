import type { Cursor } from './cursor.ts';
import { Malformed } from './finding.ts';

/** A message of protocol buffers, as far as it is looked into: its fields that are messages, and those that are texts. */
interface Message {
  readonly fields: readonly number[];
  readonly inside?: Readonly<Record<number, Message>>;
  readonly texts?: readonly number[];
}

/** Where tensors lie that are not in the file: `location` is a path beside it. */
const ENTRY: Message = { fields: [1, 2], texts: [1, 2] };
const TENSOR: Message = { fields: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16], inside: { 13: ENTRY } };
const GRAPH: Message = { fields: [1, 2, 5, 10, 11, 12, 13, 14, 15, 16], inside: { 5: TENSOR } };
/** Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const MODEL: Message = { fields: [1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26], inside: { 7: GRAPH } };

const [GRAPH_FIELD, OPSET_FIELD] = [7, 8];
const [VARINT, EIGHT, LENGTH, FOUR] = [0, 1, 2, 5];
const TEXT_MAX = 4_096;

/** A field of `ModelProto`, as one of the first: there is no magic number. */
export const mayBeOnnx = (head: Uint8Array): boolean => head[0] === 0x08 && head[1] !== undefined && head[1] <= 0x1f;

/**
 * Walks the fields of a model: that they are those of a model, and end where they say. Tensors outside of the file lie
 * beside it, and nowhere else.
 * @throws {Malformed}
 */
export async function checkOnnx(cursor: Cursor, bytes: number): Promise<void> {
  const seen = await walk(cursor, MODEL, bytes);
  if (!seen.has(GRAPH_FIELD)) throw new Malformed('has no graph');
  if (!seen.has(OPSET_FIELD)) throw new Malformed('does not say which operators it uses');
}

async function walk(cursor: Cursor, message: Message, end: number): Promise<Set<number>> {
  const seen = new Set<number>();
  const texts: string[] = [];
  while (cursor.position < end) {
    const tag = await varint(cursor);
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (!message.fields.includes(field)) throw new Malformed(`has a field ${field} that is none`);
    seen.add(field);
    if (wire === VARINT) await varint(cursor);
    else if (wire === EIGHT) await cursor.skip(8);
    else if (wire === FOUR) await cursor.skip(4);
    else if (wire !== LENGTH) throw new Malformed(`has a field of the type ${wire}`);
    else {
      const length = await varint(cursor);
      const behind = cursor.position + length;
      if (behind > end) throw new Malformed(`has a field ${field} that goes on after the end`);
      const inside = message.inside?.[field];
      if (inside) await walk(cursor, inside, behind);
      else if (message.texts?.includes(field) && length <= TEXT_MAX) texts.push(await textOf(cursor, length));
      else await cursor.skip(length);
    }
  }
  if (cursor.position > end) throw new Malformed('has a field that goes on after the end');
  keepBeside(texts);
  return seen;
}

function keepBeside([key, value = '']: readonly string[]): void {
  if (key !== 'location') return;
  if (value === '' || /^([\\/]|[A-Za-z]:)/.test(value) || value.split(/[\\/]/).includes('..')) {
    throw new Malformed(`takes a tensor from ${value}`);
  }
}

const textOf = async (cursor: Cursor, length: number) => Buffer.from(await cursor.next(length)).toString('utf8');

async function varint(cursor: Cursor): Promise<number> {
  if (cursor.held < 10) await cursor.has(10);
  let number = 0;
  for (let at = 0; at < 10; at += 1) {
    const byte = cursor.byteAt(at);
    if (byte === undefined) throw new Malformed('ends within a number');
    number += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) {
      cursor.take(at + 1);
      return number;
    }
  }
  throw new Malformed('has a number without an end');
}
