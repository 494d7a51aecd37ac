import type { Content, Look } from './content.ts';
import { cursorOver, pullOf, sourceOf } from './cursor.ts';
import { type Format, Malformed, TooMuch } from './finding.ts';
import { inflated } from './inflate.ts';
import { CONFIG_BYTES_MAX, checkKerasConfig } from './keras.ts';
import { membersOf } from './tar.ts';
import { DEFLATED, type Directory, directoryOf, type Entry, entriesOf, STORED } from './zip.ts';

const DEPTH_MAX = 4;
/** A zip is read from behind: where only its front is at hand, it is held as a whole. */
const HELD_BYTES_MAX = 64 * 2 ** 20;

/** Looks at every file of a zip, as its directory lists them. @throws {Malformed} @throws {TooMuch} */
export async function lookAtZip(content: Content, look: Look): Promise<Format> {
  const source = content.source ?? (await held(content));
  const directory = await directoryOf(source);
  if (!directory) throw new Malformed('has no list of files at its end');
  if (directory.before > 0) look.problems.add('malformed', `has ${directory.before} bytes before its first file`);
  return lookAtEntries(content, await entriesOf(source, directory, look.problems, look.effort), look);
}

/** What begins as something else may be a zip to whoever looks from behind. @throws {Malformed} @throws {TooMuch} */
export async function lookBehind(content: Content, look: Look): Promise<void> {
  const directory: Directory | undefined = content.source && (await directoryOf(content.source));
  if (!content.source || !directory) return;
  look.problems.add('malformed', 'ends as a zip, and begins as something else');
  await lookAtEntries(content, await entriesOf(content.source, directory, look.problems, look.effort), look);
}

async function held({ cursor }: Content) {
  if (await cursor.has(HELD_BYTES_MAX + 1))
    throw new TooMuch('is a zip in something else, and too large to be looked into');
  return sourceOf(cursor.ahead.slice());
}

async function lookAtEntries({ depth }: Content, entries: readonly Entry[], look: Look): Promise<Format> {
  if (depth >= DEPTH_MAX) throw new TooMuch('has files in files in files');
  const format = formatOf(entries.map(({ name }) => name));
  for (const entry of entries) {
    if (entry.name.endsWith('/') || ![STORED, DEFLATED].includes(entry.method)) continue;
    await lookAtEntry(entry, depth + 1, format, look);
  }
  return format;
}

async function lookAtEntry({ name, method, packed, bytes }: Entry, depth: number, archive: Format, look: Look) {
  const stored = pullOf(packed);
  const { pull, end } = method === STORED ? { pull: stored, end: () => {} } : inflated('deflate', stored, look.effort);
  const cursor = cursorOver(pull);
  try {
    if (archive === 'keras' && name === 'config.json') {
      await cursor.has(CONFIG_BYTES_MAX);
      return checkKerasConfig(Buffer.from(cursor.ahead.subarray(0, CONFIG_BYTES_MAX)).toString('utf8'), look.problems);
    }
    const raw = (archive === 'pytorch' || archive === 'torchscript') && /^[^/]+\/data\/\d+$/.test(name);
    await look.into({ name, bytes, cursor, depth, raw, ...(method === STORED && { source: packed }) });
  } finally {
    end();
  }
}

/** What a zip is, by what it holds. */
function formatOf(names: readonly string[]): Format {
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/^config\.json$/) && has(/^(metadata\.json|model\.weights\.h5)$/)) return 'keras';
  if (has(/^[^/]+\/data\.pkl$/)) return has(/^[^/]+\/(code\/|constants\.pkl$)/) ? 'torchscript' : 'pytorch';
  return names.length > 0 && names.every((name) => name.endsWith('.npy')) ? 'npz' : 'zip';
}

/** Looks at every file of a tar. @throws {Malformed} @throws {TooMuch} */
export async function lookAtTar({ cursor, depth }: Content, look: Look): Promise<Format> {
  if (depth >= DEPTH_MAX) throw new TooMuch('has files in files in files');
  for await (const { name, bytes, pull } of membersOf(cursor, look.problems, look.effort)) {
    await look.into({ name, bytes, cursor: cursorOver(pull), depth: depth + 1 });
  }
  return 'tar';
}

/** Looks at what comes out of compressed bytes. @throws {Malformed} @throws {TooMuch} */
export async function lookInside(
  format: 'gzip' | 'zlib',
  { name, cursor, depth }: Content,
  look: Look,
): Promise<Format> {
  if (depth >= DEPTH_MAX) throw new TooMuch('has files in files in files');
  const packed = { next: async () => ((await cursor.has(1)) ? taken(cursor) : undefined) };
  const { pull, end } = inflated(format, packed, look.effort);
  try {
    const inside = cursorOver(pull);
    // Two bytes are little to tell it by: what cannot be unpacked at all is something else.
    if (format === 'zlib' && !(await inside.has(1).catch(() => false))) return 'unknown';
    const found = await look.into({ name: name.replace(/\.(gz|tgz|z)$/i, ''), cursor: inside, depth: depth + 1 });
    return found === 'joblib' || found === 'pickle' ? found : format;
  } finally {
    end();
  }
}

function taken(cursor: Content['cursor']): Uint8Array {
  const chunk = cursor.ahead;
  cursor.take(chunk.length);
  return chunk;
}
