import type { Cursor } from '../cursor.ts';
import { CUT_OFF } from '../cursor.ts';
import { type Effort, spend } from '../effort.ts';
import { Malformed, type ProblemList } from '../finding.ts';
import { actionsOn, type Given } from './actions.ts';
import type { Payload } from './arrays.ts';
import { machine } from './machine.ts';
import { OPCODES, type Operand } from './opcodes.ts';
import { TEXT_MAX } from './values.ts';

/** How the reading of one pickle went. */
export interface Scan {
  /** It came to its end, with the one value that a pickle is. */
  readonly whole: boolean;
  /** Why not. */
  readonly fault?: string;
  /** How many classes and functions it named before that, and how often it called something. */
  readonly globals: number;
  readonly calls: number;
  /** Whether bytes of arrays lie between its opcodes, as joblib puts them. */
  readonly arrays: boolean;
}

const OPERAND_MAX = 9;
const LINE_MAX = 64 * 1024;
const NESTED_MAX = 8;

/**
 * Reads the opcodes of one pickle from where a cursor stands, and makes nothing of them. Whatever it names, calls or
 * changes that is not on the list becomes a problem; and nothing that a loader would have done before a fault is lost.
 *
 * @throws {TooMuch}
 */
export async function scanPickle(cursor: Cursor, problems: ProblemList, effort: Effort, depth = 0): Promise<Scan> {
  const values = machine(problems);
  const actions = actionsOn(values, problems);
  let arrays = false;
  const ended = (fault?: string): Scan => {
    const { globals, calls } = values;
    return { whole: fault === undefined, ...(fault !== undefined && { fault }), globals, calls, arrays };
  };
  try {
    for (;;) {
      if (cursor.held < 1 + OPERAND_MAX) await cursor.has(1 + OPERAND_MAX);
      const byte = cursor.byteAt(0);
      if (byte === undefined) throw new Malformed(CUT_OFF);
      const [opcode, operand] = known(byte);
      cursor.take(1);
      spend(effort, 'opcodes', 1);
      if (opcode === 'STOP') return ended(values.isDone() ? undefined : 'ends with more or less than one value');

      const payload = actions[opcode](operand.kind === 'none' ? NOTHING : await givenTo(operand, cursor));
      if (!payload) continue;
      arrays = true;
      await passed(payload, cursor, problems, effort, depth);
    }
  } catch (error) {
    if (error instanceof Malformed) return ended(error.message);
    throw error;
  }
}

function known(byte: number) {
  const row = (OPCODES as Readonly<Record<number, (typeof OPCODES)[keyof typeof OPCODES]>>)[byte];
  if (!row) throw new Malformed(`has a byte ${byte} that is no opcode`);
  return row;
}

const NOTHING: Given = { number: Number.NaN, text: undefined, lines: [] };

async function givenTo(operand: Exclude<Operand, { kind: 'none' }>, cursor: Cursor): Promise<Given> {
  switch (operand.kind) {
    case 'unsigned':
      return { ...NOTHING, number: littleEndian(cursor, operand.size) };
    case 'signed':
      return { ...NOTHING, number: littleEndian(cursor, 4) | 0 };
    // A frame only says what might be read at once.
    case 'frame':
    case 'float':
      littleEndian(cursor, 8);
      return NOTHING;
    case 'lines':
      return { ...NOTHING, lines: await linesOf(cursor, operand) };
    case 'number':
      return { ...NOTHING, number: await longOf(cursor, lengthOf(cursor, operand)) };
    case 'text':
      return { ...NOTHING, text: await shortTextOf(cursor, lengthOf(cursor, operand)) };
    case 'bytes':
      await cursor.skip(lengthOf(cursor, operand));
      return NOTHING;
  }
}

/** The operand that is ahead, as so many bytes. */
function littleEndian(cursor: Cursor, size: 1 | 2 | 4 | 8): number {
  if (cursor.held < size) throw new Malformed(CUT_OFF);
  let number = 0;
  for (let at = size - 1; at >= 0; at -= 1) number = number * 256 + (cursor.byteAt(at) ?? 0);
  cursor.take(size);
  return number;
}

function lengthOf(cursor: Cursor, { size, signed }: { readonly size: 1 | 4 | 8; readonly signed?: true }): number {
  const length = littleEndian(cursor, size);
  if ((signed && length >= 2 ** 31) || length > Number.MAX_SAFE_INTEGER) throw new Malformed('has a length below 0');
  return length;
}

/** A text that may be a name: nothing of it where it is longer than a name. */
async function shortTextOf(cursor: Cursor, length: number): Promise<string | undefined> {
  if (length > 4 * TEXT_MAX) return void (await cursor.skip(length));
  return Buffer.from(await cursor.next(length)).toString('utf8');
}

/** Of a number what fits: those of shapes do. */
async function longOf(cursor: Cursor, length: number): Promise<number> {
  if (length > 6) {
    await cursor.skip(length);
    return Number.NaN;
  }
  const bytes = Buffer.from(await cursor.next(length));
  return length === 0 ? 0 : bytes.readIntLE(0, length);
}

async function linesOf(cursor: Cursor, { count, of }: Extract<Operand, { kind: 'lines' }>): Promise<string[]> {
  const lines: string[] = [];
  while (lines.length < count) lines.push(await lineOf(cursor, of));
  return lines;
}

/** What Python makes numbers of, and refuses at the first other byte. */
const NUMERAL = /^[\w+. -]*$/;
const NEWLINE = 10;

/** A line without its end. Of a long text only the beginning, which is no name any more; there is no longer name. */
async function lineOf(cursor: Cursor, of: 'number' | 'name' | 'text'): Promise<string> {
  let text = '';
  for (;;) {
    if (!(await cursor.has(1))) throw new Malformed(CUT_OFF);
    const { ahead } = cursor;
    const end = ahead.indexOf(NEWLINE);
    const part = Buffer.from(end < 0 ? ahead : ahead.subarray(0, end));
    if (text.length < LINE_MAX) text += part.toString('utf8', 0, LINE_MAX);
    cursor.take(end < 0 ? part.length : end + 1);
    if (of === 'name' && text.length >= LINE_MAX) throw new Malformed('has a name without an end');
    if (of === 'number' && !NUMERAL.test(part.toString('latin1'))) throw new Malformed('has a number that is none');
    if (end >= 0) return text;
  }
}

/** Goes past what joblib has put between opcodes. */
async function passed(payload: Payload, cursor: Cursor, problems: ProblemList, effort: Effort, depth: number) {
  if (payload.kind === 'bytes') {
    const [padding = 0] = payload.aligned ? await cursor.next(1) : [];
    return cursor.skip(padding + payload.bytes);
  }
  if (depth >= NESTED_MAX) throw new Malformed('has pickles in pickles in pickles');
  const { whole, fault } = await scanPickle(cursor, problems, effort, depth + 1);
  if (!whole) throw new Malformed(fault ?? CUT_OFF);
}
