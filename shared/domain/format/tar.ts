import { type Cursor, type Pull, portionOf } from './cursor.ts';
import { type Effort, spend } from './effort.ts';
import { Malformed, type ProblemList } from './finding.ts';
import { tarChecksum } from './recognise.ts';

const BLOCK = 512;
const META_MAX = 2 ** 20;

/** A file in a tar: to be looked at before the next one. */
export interface Member {
  readonly name: string;
  readonly bytes: number;
  readonly pull: Pull;
}

/**
 * The files of a tar, one after the other.
 * @throws {Malformed}
 */
export async function* membersOf(cursor: Cursor, problems: ProblemList, effort: Effort): AsyncGenerator<Member> {
  let over: Partial<Record<'path' | 'size', string>> = {};
  while (await cursor.has(1)) {
    const header = Buffer.from(await cursor.next(BLOCK));
    if (header.every((byte) => byte === 0)) return;
    if (octal(header, 148, 8) !== tarChecksum(header)) throw new Malformed('has a file whose header is broken');
    spend(effort, 'members', 1);
    const type = String.fromCharCode(header[156] ?? 0);
    const bytes = type === 'x' ? octal(header, 124, 12) : Number(over.size ?? octal(header, 124, 12));
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Malformed('has a file of a size that is none');
    const padding = (BLOCK - (bytes % BLOCK)) % BLOCK;

    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      if (bytes > META_MAX) throw new Malformed(`has ${bytes} bytes about a file`);
      const meta = Buffer.from(await cursor.next(bytes)).toString('utf8');
      if (type === 'x') over = { ...over, ...recordsOf(meta) };
      if (type === 'L') over = { ...over, path: meta.replace(/\0.*$/s, '') };
    } else {
      const name = over.path ?? nameOf(header);
      over = {};
      keepInside(name, type, header, problems);
      const portion = portionOf(cursor, bytes);
      yield { name, bytes, pull: portion.pull };
      await portion.end();
    }
    await cursor.skip(padding);
  }
}

const textAt = (header: Buffer, at: number, length: number): string =>
  header.toString('utf8', at, at + length).replace(/\0.*$/s, '');

function nameOf(header: Buffer): string {
  const prefix = textAt(header, 345, 155);
  return textAt(header, 257, 5) === 'ustar' && prefix !== ''
    ? `${prefix}/${textAt(header, 0, 100)}`
    : textAt(header, 0, 100);
}

/** Large numbers are binary, with the first bit set. */
function octal(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) !== 0) return header.readUIntBE(at + length - 6, 6);
  const text = textAt(header, at, length).trim();
  return text === '' ? 0 : /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

/** `27 path=some/where\n`, again and again. */
function recordsOf(meta: string): Partial<Record<'path' | 'size', string>> {
  const found = [...meta.matchAll(/\d+ (path|size)=([^\n]*)\n/g)].map(([, key, value]) => [key, value]);
  return Object.fromEntries(found) as Partial<Record<'path' | 'size', string>>;
}

const outside = (path: string): boolean => /^([\\/]|[A-Za-z]:)/.test(path) || path.split(/[\\/]/).includes('..');

function keepInside(name: string, type: string, header: Buffer, problems: ProblemList): void {
  if (outside(name)) problems.add('malformed', `has a file outside of itself, ${name}`);
  const isLink = type === '1' || type === '2';
  if (isLink && outside(textAt(header, 157, 100))) problems.add('malformed', `has a link outside of itself, ${name}`);
  if (!isLink && !['0', '\0', '5', '7'].includes(type)) problems.add('unseen', `has ${name} of the type ${type}`);
}
