import { isNative } from './dynamo-item.ts';
import { INDEXES, type Item, type Key, type Position, type Query, type Write } from './table.ts';

/** DynamoDB's limits. Every adapter holds them, so that what works on one machine works on AWS. */
export const WRITES_MAX = 100;
export const ITEM_BYTES_MAX = 400 * 1024;
const TRANSACTION_BYTES_MAX = 4 * 1024 * 1024;
export const PAGE_BYTES_MAX = 1024 * 1024;
const PAGE_ITEMS_MAX = 1_000;
const PARTITION_KEY_BYTES_MAX = 2_048;
const SORT_KEY_BYTES_MAX = 1_024;

export const keyOfWrite = (write: Write): Key => {
  if ('put' in write) return write.put;
  return 'remove' in write ? write.remove : write.check;
};

/** Says the same of two keys only when they are the same. */
export const keyText = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);

/** @throws {RangeError} when these cannot be the writes of one transaction, but for their sizes */
export function checkTransaction(writes: readonly Write[]): void {
  if (writes.length > WRITES_MAX) throw new RangeError(`expected ${WRITES_MAX} writes at most, got ${writes.length}`);

  const keys = new Set<string>();
  for (const write of writes) {
    if ('put' in write) checkItemKeys(write.put);
    else checkKey(keyOfWrite(write));
    if (write.if && 'equals' in write.if) checkEquals(write.if.equals);
    keys.add(keyText(keyOfWrite(write)));
  }
  if (keys.size < writes.length) throw new RangeError('expected one write of each item, got two of the same');
}

/** @throws {RangeError} when an item, or all of them together, are too big; sizes as `bytesOf` counts them */
export function checkSizes(sizes: readonly number[]): void {
  for (const bytes of sizes) checkSize(bytes);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > TRANSACTION_BYTES_MAX) throw new RangeError(`expected 4 MB in a transaction at most, got ${bytes} bytes`);
}

/** @throws {RangeError} when an item is too big */
export function checkSize(bytes: number): void {
  if (bytes > ITEM_BYTES_MAX) throw new RangeError(`expected an item of 400 KB at most, got ${bytes} bytes`);
}

/** @throws {RangeError} when a key of the item, or of an index that it appears in, cannot be stored */
export function checkItemKeys(item: Item): void {
  checkKey(item);
  for (const index of INDEXES) {
    const [pk, sk] = [item[`${index}pk`], item[`${index}sk`]];
    if (pk !== undefined) checkKeyPart(`${index}pk`, pk, PARTITION_KEY_BYTES_MAX);
    if (sk !== undefined) checkKeyPart(`${index}sk`, sk, SORT_KEY_BYTES_MAX);
  }
}

/** @throws {RangeError} when there can be no item of this key */
export function checkKey({ pk, sk }: Key): void {
  checkKeyPart('pk', pk, PARTITION_KEY_BYTES_MAX);
  checkKeyPart('sk', sk, SORT_KEY_BYTES_MAX);
}

function checkKeyPart(name: string, value: string, bytesMax: number): void {
  if (typeof value !== 'string' || value === '') throw new RangeError(`expected text in ${name}, got none`);
  if (!value.isWellFormed()) throw new RangeError(`expected whole characters in ${name}, got half of one`);
  if (value.length * 3 > bytesMax && Buffer.byteLength(value) > bytesMax) {
    throw new RangeError(`expected ${bytesMax} bytes in ${name} at most, got ${Buffer.byteLength(value)}`);
  }
}

function checkEquals(equals: Readonly<Record<string, string | number | boolean>>): void {
  for (const [name, value] of Object.entries(equals)) {
    if (!isNative(name, value)) throw new RangeError(`expected an attribute that can be compared, got ${name}`);
  }
}

/** @throws {RangeError} when no table could answer it */
export function checkQuery({ index, pk, from, to, prefix, limit, after }: Query): void {
  checkKeyPart('pk', pk, PARTITION_KEY_BYTES_MAX);
  if (prefix !== undefined && (from ?? to) !== undefined)
    throw new RangeError('expected a prefix or a range, got both');
  for (const bound of [from, to, prefix]) {
    if (bound !== undefined) checkKeyPart('a bound', bound, SORT_KEY_BYTES_MAX);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_ITEMS_MAX) {
    throw new RangeError(`expected a limit from 1 to ${PAGE_ITEMS_MAX}, got ${limit}`);
  }
  if (after && after[index ? `${index}pk` : 'pk'] !== pk) throw new RangeError('expected a position in this partition');
}

/** The names of the attributes that say where an item is, in the table or in an index. */
export const positionNames = (index: Query['index']): readonly string[] =>
  index ? [`${index}pk`, `${index}sk`, 'pk', 'sk'] : ['pk', 'sk'];

/** Where an item is: a query goes on behind it. */
export const positionOf = (item: Item, index: Query['index']): Position =>
  Object.fromEntries(positionNames(index).map((name) => [name, String(item[name])]));
