import type { Listed } from './store.ts';
import type { Item, Position, Query, Table } from './table.ts';

/** How many items a page looks at when it may have to pass over some, and how many such looks it takes. */
const LOOK = 200;
const LOOKS_MAX = 10;

/**
 * One page of a query: the items to keep, `limit` at most. It stops looking after 2,000 items, so that a filter that
 * keeps little answers in bounded time; the caller goes on from `next`.
 */
export async function list<T>(
  table: Table,
  query: Query,
  parse: (item: Item) => T,
  keep?: (value: T) => boolean,
): Promise<Listed<T>> {
  const items: T[] = [];
  let after = query.after;
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const limit = looks === 0 ? query.limit : LOOK;
    const page = await table.query({ ...query, limit, ...(after && { after }) });
    for (const [index, item] of page.items.entries()) {
      const value = parse(item);
      if (!keep || keep(value)) items.push(value);
      const isLast = index === page.items.length - 1 && !page.next;
      if (items.length === query.limit) return isLast ? { items } : { items, next: positionOf(item, query) };
    }
    if (!page.next) return { items };
    after = page.next;
    if (!keep) break;
  }
  return { items, ...(after && { next: after }) };
}

const positionOf = (item: Item, { index }: Query): Position => {
  const names = ['pk', 'sk', ...(index ? [`${index}pk`, `${index}sk`] : [])];
  return Object.fromEntries(names.map((name) => [name, String(item[name])]));
};
