import { Failure } from '../errors.ts';
import { pagesOf } from './pages.ts';
import { parse, type Schema } from './read.ts';
import type { Listed } from './store.ts';
import type { Item, Query, Table } from './table.ts';
import { positionOf } from './table-limits.ts';

/**
 * How many items a page looks at when it may have to pass over some, and how many such looks it takes. One look weighs
 * 1 MB at most, and Lambda answers with 6 MB.
 */
const LOOK = 500;
const LOOKS_MAX = 4;

/**
 * One page of a query: the items to keep, `limit` at most. It stops looking after 2,000 items, so that a filter that
 * keeps little answers in bounded time; the caller goes on from `next`.
 */
export async function list<T>(
  table: Table,
  query: Query,
  schema: Schema<T>,
  keep?: (value: T) => boolean,
): Promise<Listed<T>> {
  const { index, pk } = query;
  if (query.after && query.after[index ? `${index}pk` : 'pk'] !== pk) {
    // The name under which it was asked for belongs to another thing now: a model that was made anew, or renamed.
    throw new Failure('cursor.invalid', 'The cursor is of what had this name before.');
  }
  const items: T[] = [];
  let after = query.after;
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const limit = looks === 0 ? query.limit : LOOK;
    const page = await table.query({ ...query, limit, ...(after && { after }) });
    for (const [place, item] of page.items.entries()) {
      const value = parse(schema, item);
      if (!keep || keep(value)) items.push(value);
      const isLast = place === page.items.length - 1 && !page.next;
      if (items.length === query.limit) return isLast ? { items } : { items, next: positionOf(item, index) };
    }
    if (!page.next) return { items };
    after = page.next;
    if (!keep) break;
  }
  return { items, ...(after && { next: after }) };
}

/** All items of a query that has few. They may be large, so that not all of them are in one answer of the database. */
export async function everything(table: Table, query: Omit<Query, 'limit' | 'after'>): Promise<readonly Item[]> {
  const items: Item[] = [];
  const pages = pagesOf((after) => table.query({ ...query, limit: LOOK, ...(after && { after }) }));
  for await (const page of pages) items.push(...page);
  return items;
}
