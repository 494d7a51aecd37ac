import type { Item, Key, Query, Table } from './table.ts';

interface Schema<T> {
  parse(value: unknown): T;
}

/** Stored things are parsed: corrupt data stops at the door, and key attributes fall away. */
export const parsed = <T>(schema: Schema<T>, item: Item | undefined): T | undefined =>
  item ? schema.parse(item) : undefined;

/** Those of the items that are there. */
export const present = <T>(schema: Schema<T>, items: readonly (Item | undefined)[]): T[] =>
  items.flatMap((item) => (item ? [schema.parse(item)] : []));

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
