import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Item, Page, Query } from './table.ts';
import { PAGE_BYTES_MAX, positionOf } from './table-limits.ts';

/** Answers queries on the table `items`. Each shape of query is prepared once. */
export function sqliteQueries(db: DatabaseSync, read: (body: string) => Item): (query: Query) => Page {
  const statements = new Map<string, StatementSync>();

  return (query) => {
    const { sql, values } = select(query);
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);

    const items: Item[] = [];
    let bytes = 0;
    // One row more than asked for tells whether there is more.
    for (const { body } of statement.iterate(...values, query.limit + 1)) {
      const last = items.at(-1);
      if (last && (items.length === query.limit || bytes >= PAGE_BYTES_MAX)) {
        return { items, next: positionOf(last, query.index) };
      }
      items.push(read(String(body)));
      bytes += String(body).length;
    }
    return { items };
  };
}

function select({ index, pk, from, to, prefix, order, after }: Query): { sql: string; values: readonly string[] } {
  const columns = index ? [`${index}sk`, 'pk', 'sk'] : ['sk'];
  const [sk] = columns;
  const [direction, behind] = order === 'descending' ? ['DESC', '<'] : ['ASC', '>'];
  const terms: string[] = [`${index ? `${index}pk` : 'pk'} = ?`];
  const values: string[] = [pk];
  const demand = (term: string, ...bound: string[]) => {
    terms.push(term);
    values.push(...bound);
  };

  if (from !== undefined) demand(`${sk} >= ?`, from);
  if (to !== undefined) demand(`${sk} <= ?`, to);
  // No UTF-8 text has the byte FF: this is the end of all that begin with the prefix.
  if (prefix !== undefined) demand(`${sk} >= ? AND ${sk} < ? || CAST(x'FF' AS TEXT)`, prefix, prefix);
  if (after) {
    const position = columns.map((column) => String(after[column]));
    demand(`(${columns}) ${behind} (${columns.map(() => '?')})`, ...position);
  }
  const ordering = columns.map((column) => `${column} ${direction}`);
  return { sql: `SELECT body FROM items WHERE ${terms.join(' AND ')} ORDER BY ${ordering} LIMIT ?`, values };
}
