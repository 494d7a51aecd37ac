import type { Cursor } from './cursor.ts';
import { Malformed } from './finding.ts';

/** What NumPy takes at most. */
const HEADER_MAX = 10_000;
const CODE = /^[<>|=]([?biufcmMSUV])(\d+)(?:\[\w+\])?$/;
/** However it is spelt; in a list it may be the name of a field as well, and then what follows is no pickle. */
const OBJECTS = /(^|[^A-Za-z])O([^A-Za-z]|$)|object/i;

/**
 * Reads the header of an array: whether objects follow, which are a pickle. A plain array has to be as long as type and
 * shape make it.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws {Malformed}
 */
export async function checkNpy(cursor: Cursor, bytes: number | undefined): Promise<{ readonly objects: boolean }> {
  await cursor.skip(6);
  const [major = 0] = await cursor.next(2);
  if (major < 1 || major > 3) throw new Malformed(`is of version ${major}, which is not known`);
  const size = major === 1 ? 2 : 4;
  const length = Buffer.from(await cursor.next(size)).readUIntLE(0, size);
  if (length > HEADER_MAX) throw new Malformed(`has a header of ${length} bytes`);
  const header = Buffer.from(await cursor.next(length)).toString('latin1');

  if (header.includes('\\')) throw new Malformed('has a header with an escape');
  const [, descr] = /'descr':\s*('[^']*'|\[.*\])\s*,\s*'fortran_order'/s.exec(header) ?? [];
  const [, shape] = /'shape':\s*\(([\d\s,]*)\)/.exec(header) ?? [];
  if (descr === undefined || shape === undefined) throw new Malformed('has a header that is none');
  const texts = [...descr.matchAll(/(['"])(.*?)\1/gs)].map(([, , text = '']) => text);
  if (texts.some((text) => OBJECTS.test(text))) return { objects: true };

  const itemsize = descr.startsWith("'") ? bytesOf(texts[0] ?? '') : undefined;
  const count = shape.split(',').reduce((product, side) => (side.trim() === '' ? product : product * Number(side)), 1);
  const there = bytes === undefined ? undefined : bytes - cursor.position;
  if (itemsize !== undefined && there !== undefined && itemsize * count !== there) {
    throw new Malformed(`has ${there} bytes of an array that takes ${itemsize * count}`);
  }
  return { objects: false };
}

function bytesOf(code: string): number {
  const [, letter, size] = CODE.exec(code) ?? [];
  if (letter === undefined) throw new Malformed(`is of the type ${code}, which is not known`);
  return letter === 'U' ? Number(size) * 4 : Number(size);
}
