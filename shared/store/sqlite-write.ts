import { bytesOf, toAttributes } from './dynamo-item.ts';
import { type Items, type Row, rowOf } from './sqlite-items.ts';
import { type Condition, ConditionFailed, type Item, type Key, type Write } from './table.ts';
import { checkSize, checkSizes, checkTransaction, ITEM_BYTES_MAX, keyOfWrite } from './table-limits.ts';

/** A write that was checked, its item made ready for the database. */
export type Prepared = { readonly put: Row; readonly if?: Condition } | Exclude<Write, { readonly put: Item }>;

/** One item as it was and as it is: absent before it was made, and after it was removed. */
export interface Written {
  readonly key: Key;
  readonly before?: Item;
  readonly after?: Item;
}

/** @throws {RangeError} when these cannot be the writes of one transaction */
export function prepared(writes: readonly Write[]): readonly Prepared[] {
  checkTransaction(writes);
  const all = writes.map((write) => ('put' in write ? { ...write, put: rowOf(write.put) } : write));
  if (mayBeBig(all)) checkSizes(writes.map((write) => ('put' in write ? sizeOf(write.put) : 0)));
  return all;
}

/** @throws {RangeError} when one of these cannot be stored */
export function preparedPuts(items: readonly Item[]): readonly Prepared[] {
  const all = items.map((item) => ({ put: rowOf(item) }));
  if (mayBeBig(all)) for (const item of items) checkSize(sizeOf(item));
  return all;
}

/** DynamoDB counts four times the text at most: three bytes for a character, and twenty-two for `"n":1,`. */
const mayBeBig = (writes: readonly Prepared[]): boolean =>
  writes.reduce((sum, write) => sum + ('put' in write ? write.put.body.length * 4 : 0), 0) > ITEM_BYTES_MAX;

const sizeOf = (item: Item): number => bytesOf(toAttributes(item));

/** Does all of the writes, or says which conditions do not hold. With `images` it tells what changed. */
export function perform(
  items: Items,
  writes: readonly Prepared[],
  images: boolean,
): readonly Written[] | ConditionFailed {
  const before = writes.map((write) => (write.if || images ? items.get(keyOfPrepared(write)) : undefined));
  const failed = writes.flatMap((write, index) => (write.if && !holds(write.if, before[index]) ? [index] : []));
  if (failed.length > 0) return new ConditionFailed(failed);

  for (const write of writes) {
    if ('put' in write) items.put(write.put);
    else if ('remove' in write) items.remove(write.remove);
  }
  return images ? writes.flatMap((write, index) => written(write, before[index])) : [];
}

const keyOfPrepared = (write: Prepared): Key => ('put' in write ? write.put : keyOfWrite(write));

function holds(condition: Condition, item: Item | undefined): boolean {
  if ('absent' in condition) return item === undefined;
  return item !== undefined && Object.entries(condition.equals).every(([name, value]) => item[name] === value);
}

function written(write: Prepared, before: Item | undefined): readonly Written[] {
  if ('check' in write || ('remove' in write && !before)) return [];
  const { pk, sk } = keyOfPrepared(write);
  return [{ key: { pk, sk }, ...(before && { before }), ...('put' in write && { after: JSON.parse(write.put.body) }) }];
}
