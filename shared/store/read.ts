import { frozen } from '../frozen.ts';
import type { Item, Key, Query, Table } from './table.ts';

/** What says how a stored thing looks. */
export interface Schema<T> {
  parse(value: unknown): T;
}

/** What items said that are given to many readers: as it is frozen, it says the same to each. */
const known = new WeakMap<Item, { readonly schema: Schema<unknown>; readonly value: unknown }>();

/** Stored things are parsed: corrupt data stops at the door, and key attributes fall away. */
export function parse<T>(schema: Schema<T>, item: Item): T {
  if (!Object.isFrozen(item)) return schema.parse(item);
  const before = known.get(item);
  if (before?.schema === schema) return before.value as T;
  const value = frozen(schema.parse(item));
  known.set(item, { schema, value });
  return value;
}

export const parsed = <T>(schema: Schema<T>, item: Item | undefined): T | undefined => item && parse(schema, item);

/** Those of the items that are there. */
export const present = <T>(schema: Schema<T>, items: readonly (Item | undefined)[]): T[] =>
  items.flatMap((item) => (item ? [parse(schema, item)] : []));

/** Reads one thing of a table, where it is there. */
export const readerOf =
  (table: Pick<Table, 'get'>) =>
  async <T>(schema: Schema<T>, key: Key): Promise<T | undefined> =>
    parsed(schema, await table.get(key));

/** The part of a query that says which page. */
export const pageQuery = ({
  limit,
  order = 'ascending',
  after,
}: Pick<Query, 'limit'> & { order?: Query['order'] | undefined; after?: Query['after'] | undefined }) => ({
  limit,
  order,
  ...(after && { after }),
});
