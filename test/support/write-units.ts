import { INDEXES, type Item, type Json, type Write } from '../../shared/store/table.ts';

/**
 * The write units that AWS charges for a transaction: two for each started KB of every item that is written or checked,
 * and one for each started KB of every entry of an index that has to change. `before` has the items as they are.
 *
 * Sources: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling,
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
export const transactionUnits = (writes: readonly Write[], before: readonly (Item | undefined)[]): number =>
  sum(writes.map((write, index) => unitsOf(write, before[index])));

function unitsOf(write: Write, before: Item | undefined): number {
  const after = 'put' in write ? write.put : undefined;
  const kilobytes = Math.max(units(before), units(after), 1);
  return 2 * kilobytes + ('check' in write ? 0 : sum(INDEXES.map((index) => indexUnits(index, before, after))));
}

/** An entry that is added, removed or changed is one write; one that moves is taken away and added. */
function indexUnits(index: (typeof INDEXES)[number], before: Item | undefined, after: Item | undefined): number {
  const [was, is] = [placeIn(index, before), placeIn(index, after)];
  if (was !== undefined && is !== undefined && was !== is) return units(before) + units(after);
  return was === undefined && is === undefined ? 0 : Math.max(was ? units(before) : 0, is ? units(after) : 0);
}

function placeIn(index: (typeof INDEXES)[number], item: Item | undefined): string | undefined {
  const [pk, sk] = [item?.[`${index}pk`], item?.[`${index}sk`]];
  return pk === undefined || sk === undefined ? undefined : JSON.stringify([pk, sk]);
}

const units = (item: Item | undefined): number => (item ? Math.ceil(bytesOf(item) / 1024) : 0);

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const bytesOf = (item: Item): number =>
  sum(Object.entries(item).map(([name, value]) => (value === undefined ? 0 : Buffer.byteLength(name) + sizeOf(value))));

function sizeOf(value: Json): number {
  if (value === null || typeof value === 'boolean') return 1;
  if (typeof value === 'number') return Math.min(21, Math.ceil(String(value).length / 2) + 1);
  if (typeof value === 'string') return Buffer.byteLength(value);
  const inside = Array.isArray(value) ? value.map(sizeOf) : [bytesOf(value as Item)];
  return 3 + sum(inside) + (Array.isArray(value) ? value.length : Object.keys(value).length);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
