import type { Condition, Item, Key, Write } from '../../shared/store/table.ts';
import { keyOfWrite, keyText } from '../../shared/store/table-limits.ts';
import type { Outcome } from './operations.ts';

/** How a race of transactions went: what each was answered, and what lay under the keys afterwards. */
export interface Race {
  readonly outcomes: readonly Outcome[];
  readonly end: readonly (Item | undefined)[];
}

/**
 * How the race would have gone if its transactions had been done one after the other, in every order. The positions in
 * `contended` were not done at all.
 */
export function serialRaces(
  keys: readonly Key[],
  start: readonly (Item | undefined)[],
  transactions: readonly (readonly Write[])[],
  contended: readonly number[],
): Race[] {
  const done = [...transactions.keys()].filter((position) => !contended.includes(position));
  return ordersOf(done).map((order) => {
    const items = new Map(keys.map((key, index) => [keyText(key), start[index]]));
    const answers = new Map(order.map((position) => [position, transact(items, transactions[position] ?? [])]));
    return {
      outcomes: transactions.map((_, position) => answers.get(position) ?? { failure: 'Contention' }),
      end: keys.map((key) => items.get(keyText(key))),
    };
  });
}

/** What the port says of a transaction, in as few words as possible. */
function transact(items: Map<string, Item | undefined>, writes: readonly Write[]): Outcome {
  const at = (write: Write) => keyText(keyOfWrite(write));
  const failed = writes.flatMap((write, position) =>
    write.if && !holds(write.if, items.get(at(write))) ? [position] : [],
  );
  if (failed.length > 0) return { failure: 'ConditionFailed', failed };
  for (const write of writes) {
    if ('put' in write) items.set(at(write), write.put);
    if ('remove' in write) items.set(at(write), undefined);
  }
  return { done: true };
}

const holds = (condition: Condition, item: Item | undefined): boolean =>
  'absent' in condition
    ? !item
    : Object.entries(condition.equals).every(([name, value]) => item?.[name] === value) && item !== undefined;

function ordersOf(positions: readonly number[]): number[][] {
  if (positions.length === 0) return [[]];
  return positions.flatMap((first) =>
    ordersOf(positions.filter((position) => position !== first)).map((rest) => [first, ...rest]),
  );
}
