import fc from 'fast-check';
import type { Condition, Item, Key, Page, Query, Table, Write } from '../../shared/store/table.ts';
import { keyOfWrite, keyText } from '../../shared/store/table-limits.ts';
import { pagesOf } from './promises/support.ts';

/** One call of a table, as data; a query goes through all its pages. */
export type Operation =
  | { readonly get: Key }
  | { readonly batchGet: readonly Key[] }
  | { readonly query: Query }
  | { readonly transact: readonly Write[] }
  | { readonly putEach: readonly Item[] };

/** What came of it: the same on every table. */
export type Outcome =
  | { readonly found: readonly (Item | undefined)[] }
  | { readonly pages: readonly Page[] }
  | { readonly done: true }
  | { readonly failure: string; readonly failed?: readonly number[] };

export async function outcomeOf(table: Table, operation: Operation): Promise<Outcome> {
  try {
    if ('get' in operation) return { found: [await table.get(operation.get)] };
    if ('batchGet' in operation) return { found: await table.batchGet(operation.batchGet) };
    if ('query' in operation) return { pages: await pagesOf(table, operation.query) };
    if ('putEach' in operation) await table.putEach(operation.putEach);
    else await table.transact(operation.transact);
    return { done: true };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { failure: error.name, ...('failed' in error && { failed: error.failed as number[] }) };
  }
}

const SORT_KEYS = ['a', 'a#1', 'a#2', 'b', 'é', '\uFFFD', '\u{1F600}'];
const LISTS = ['x', 'y'];

/** Keys within a few items, so that operations meet. */
const sortKeys = fc.constantFrom(...SORT_KEYS);
const keysIn = (pk: string) => fc.record({ pk: fc.constant(pk), sk: sortKeys });

const conditions: fc.Arbitrary<Condition> = fc.oneof(
  fc.constant({ absent: true } as const),
  fc.record({
    equals: fc.record({ revision: fc.integer({ min: 1, max: 3 }), open: fc.boolean() }, { requiredKeys: [] }),
  }),
);

/** Index keys are of one item alone: in what order equal ones come is not promised. */
const itemsIn = (pk: string): fc.Arbitrary<Item> =>
  fc
    .record(
      {
        sk: sortKeys,
        revision: fc.integer({ min: 1, max: 3 }),
        open: fc.boolean(),
        any: fc.jsonValue({ maxDepth: 2 }),
        list: fc.constantFrom(...LISTS),
        rank: fc.constantFrom('1', '2'),
      },
      { requiredKeys: ['sk'] },
    )
    .map(({ list, rank, any, ...item }) => ({
      ...item,
      ...(any !== undefined && { any: JSON.parse(JSON.stringify(any)) }),
      pk,
      ...(list !== undefined && { gsi1pk: `${pk}#${list}` }),
      ...(rank !== undefined && { gsi1sk: `${rank}#${item.sk}` }),
    }));

const writesIn = (pk: string): fc.Arbitrary<Write> => {
  const condition = fc.option(conditions, { nil: undefined, freq: 2 });
  const conditional = <W extends object>(write: W, on: Condition | undefined) => ({ ...write, ...(on && { if: on }) });
  return fc.oneof(
    fc.tuple(itemsIn(pk), condition).map(([put, on]) => conditional({ put }, on)),
    fc.tuple(keysIn(pk), condition).map(([remove, on]) => conditional({ remove }, on)),
    fc.record({ check: keysIn(pk), if: conditions }),
  );
};

export const transactionsIn = (pk: string): fc.Arbitrary<readonly Write[]> =>
  fc.uniqueArray(writesIn(pk), {
    minLength: 1,
    maxLength: 4,
    selector: (write) => keyText(keyOfWrite(write)),
  });

const ranges = fc.oneof(
  fc.constant({}),
  fc.record({ prefix: sortKeys }),
  fc.record({ from: sortKeys, to: sortKeys }, { requiredKeys: [] }),
);

const queriesIn = (pk: string): fc.Arbitrary<Query> =>
  fc
    .record({
      range: ranges,
      index: fc.constantFrom(undefined, ...LISTS),
      limit: fc.constantFrom(1, 2, 3, 100),
      order: fc.constantFrom('ascending' as const, 'descending' as const),
    })
    .map(({ range, index, ...query }) =>
      index === undefined ? { ...query, ...range, pk } : { ...query, index: 'gsi1', pk: `${pk}#${index}` },
    );

/** Anything that can be asked of the items of one partition. */
export const operationsIn = (pk: string): fc.Arbitrary<Operation> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ transact: transactionsIn(pk) }) },
    { weight: 1, arbitrary: fc.record({ putEach: fc.array(itemsIn(pk), { maxLength: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ get: keysIn(pk) }) },
    { weight: 1, arbitrary: fc.record({ batchGet: fc.array(keysIn(pk), { maxLength: 5 }) }) },
    { weight: 3, arbitrary: fc.record({ query: queriesIn(pk) }) },
  );

/** Every item that the operations in a partition can have written. */
export const everyKeyIn = (pk: string): Key[] => SORT_KEYS.map((sk) => ({ pk, sk }));
