import { type Source, sectionOf } from './cursor.ts';
import { type Effort, spend } from './effort.ts';
import { Malformed, type ProblemList, TooMuch } from './finding.ts';

/** A file in an archive: where its bytes lie, and how they are packed. */
export interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: Source;
  readonly bytes: number;
}

const END_BYTES = 22;
const COMMENT_MAX = 65_535;
const DIRECTORY_MAX = 64 * 2 ** 20;
const [END_64, LOCATOR_64, DIRECTORY, LOCAL] = [0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50];
export const [STORED, DEFLATED] = [0, 8];
const [ENCRYPTED, NONE_32, NONE_16] = [0x2041, 0xffffffff, 0xffff];

export interface Directory {
  readonly at: number;
  readonly bytes: number;
  readonly entries: number;
  /** How many bytes there are before the archive: an archive may stand behind something else. */
  readonly before: number;
}

/**
 * Where the directory of an archive lies, as its end says; none where there is no such end. Loaders look for it from
 * behind, whatever stands in front.
 * @throws {Malformed} where two ends could be meant
 */
export async function directoryOf(source: Source): Promise<Directory | undefined> {
  const from = Math.max(0, source.bytes - END_BYTES - COMMENT_MAX);
  const tail = Buffer.from(await source.read(from, source.bytes - from));
  const ends: number[] = [];
  for (
    let at = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    at >= 0;
    at = at === 0 ? -1 : tail.lastIndexOf('PK\x05\x06', at - 1, 'latin1')
  ) {
    if (at + END_BYTES <= tail.length && tail.readUInt16LE(at + 20) === tail.length - at - END_BYTES) ends.push(at);
  }
  const [end] = ends;
  if (end === undefined) return undefined;
  if (ends.length > 1) throw new Malformed('has two ends, and lists its files twice');

  const entries = tail.readUInt16LE(end + 10);
  const [bytes, at] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  const is64 = entries === NONE_16 || bytes === NONE_32 || at === NONE_32;
  if (is64) return directory64(source, from + end);
  return placed({ at, bytes, entries }, from + end);
}

async function directory64(source: Source, end: number): Promise<Directory> {
  const locator = Buffer.from(await source.read(Math.max(0, end - 20), 20));
  if (locator.length < 20 || locator.readUInt32LE(0) !== LOCATOR_64)
    throw new Malformed('does not say where its list of files is');
  const position = Number(locator.readBigUInt64LE(8));
  const record = Buffer.from(await source.read(position, 56));
  if (record.length < 56 || record.readUInt32LE(0) !== END_64)
    throw new Malformed('does not say where its list of files is');
  const [entries, bytes, at] = [24, 40, 48].map((field) => Number(record.readBigUInt64LE(field))) as [
    number,
    number,
    number,
  ];
  return placed({ at, bytes, entries }, position);
}

function placed({ at, bytes, entries }: Omit<Directory, 'before'>, end: number): Directory {
  const before = end - bytes - at;
  if (before < 0 || bytes > DIRECTORY_MAX) throw new Malformed('has its list of files outside of itself');
  return { at: at + before, bytes, entries, before };
}

/**
 * The files that the directory of an archive lists. Whatever loaders may read in two ways is a problem.
 * @throws {Malformed} @throws {TooMuch}
 */
export async function entriesOf(
  source: Source,
  directory: Directory,
  problems: ProblemList,
  effort: Effort,
): Promise<Entry[]> {
  if (directory.entries > effort.members) throw new TooMuch(`lists ${directory.entries} files`);
  spend(effort, 'members', directory.entries);
  const list = Buffer.from(await source.read(directory.at, directory.bytes));
  const entries: Entry[] = [];
  const extents: { from: number; to: number }[] = [];
  let at = 0;
  for (let count = 0; count < directory.entries; count += 1) {
    const listed = listedAt(list, at);
    at = listed.next;
    const { entry, from, to } = await located(source, listed, directory.before, problems);
    entries.push(entry);
    extents.push({ from, to });
  }
  if (at !== list.length) problems.add('malformed', 'lists more files than it counts');
  keepApart(entries, extents, problems);
  return entries;
}

interface Listed {
  readonly name: string;
  readonly rawName: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
  readonly next: number;
}

function listedAt(list: Buffer, at: number): Listed {
  if (at + 46 > list.length || list.readUInt32LE(at) !== DIRECTORY)
    throw new Malformed('has a list of files that is none');
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => list.readUInt16LE(at + field)) as [
    number,
    number,
    number,
  ];
  const next = at + 46 + nameBytes + extraBytes + commentBytes;
  if (next > list.length) throw new Malformed('has a list of files that ends too early');
  const rawName = list.subarray(at + 46, at + 46 + nameBytes);
  const name = rawName.toString('utf8');
  const extra = list.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
  const sizes = [list.readUInt32LE(at + 24), list.readUInt32LE(at + 20), list.readUInt32LE(at + 42)] as const;
  const [bytes, packedBytes, offset] = with64(sizes, extra);
  return {
    name,
    rawName,
    flags: list.readUInt16LE(at + 8),
    method: list.readUInt16LE(at + 10),
    packedBytes,
    bytes,
    offset,
    next,
  };
}

/** Sizes that do not fit their fields stand in an extra one, in this order. */
function with64(sizes: readonly [number, number, number], extra: Buffer): [number, number, number] {
  let wide: Buffer = Buffer.alloc(0);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) wide = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  let at = 0;
  return sizes.map((size) => {
    if (size !== NONE_32) return size;
    at += 8;
    if (at > wide.length) throw new Malformed('has a file without a size');
    return Number(wide.readBigUInt64LE(at - 8));
  }) as [number, number, number];
}

/** What stands before the bytes of a file says the same of it as the list, or one of the two is not to be trusted. */
async function located(source: Source, listed: Listed, before: number, problems: ProblemList) {
  const { name, method, packedBytes, bytes } = listed;
  const from = listed.offset + before;
  const local = Buffer.from(await source.read(from, 30 + listed.rawName.length));
  if (local.length < 30 || local.readUInt32LE(0) !== LOCAL) throw new Malformed(`has no file ${name} where it says`);
  const nameBytes = local.readUInt16LE(26);
  const data = from + 30 + nameBytes + local.readUInt16LE(28);
  const same = nameBytes === listed.rawName.length && local.subarray(30).equals(listed.rawName);
  if (!same || local.readUInt16LE(8) !== method)
    problems.add('malformed', `has another file than ${name} where it says`);
  if ((listed.flags | local.readUInt16LE(6)) & ENCRYPTED) problems.add('unseen', `says that ${name} is encrypted`);
  if (method !== STORED && method !== DEFLATED) problems.add('unseen', `has packed ${name} by the method ${method}`);
  if (method === STORED && packedBytes !== bytes) problems.add('malformed', `has two sizes of ${name}`);
  if (/^([\\/]|[A-Za-z]:)/.test(name) || name.split(/[\\/]/).includes('..')) {
    problems.add('malformed', `has a file outside of itself, ${name}`);
  }
  const packed = sectionOf(source, data, packedBytes);
  if (packed.bytes < packedBytes) problems.add('malformed', `ends before the end of ${name}`);
  return { entry: { name, method, packed, bytes }, from, to: data + packedBytes };
}

/** Two files of one name, or of the same bytes: what loaders take is not what others see. */
function keepApart(entries: readonly Entry[], extents: { from: number; to: number }[], problems: ProblemList): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) problems.add('malformed', `has the file ${name} twice`);
    names.add(name);
  }
  extents.sort((a, b) => a.from - b.from);
  let end = 0;
  for (const { from, to } of extents) {
    if (from < end) problems.add('malformed', 'has files that lie upon one another');
    end = Math.max(end, to);
  }
}
