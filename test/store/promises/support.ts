import { randomUUID } from 'node:crypto';
import type { Item, Page, Query, Table } from '../../../shared/store/table.ts';

/** A partition that nobody else uses. */
export const partition = (): string => `P#${randomUUID()}`;

/** Items of one partition with these sort keys, each of which says its own. */
export const itemsAt = (pk: string, sks: readonly string[]): Item[] => sks.map((sk) => ({ pk, sk, said: sk }));

export const sksOf = (items: readonly (Item | undefined)[]): (string | undefined)[] => items.map((item) => item?.sk);

/** All pages of a query, one after the other. */
export async function pagesOf(table: Table, query: Query): Promise<Page[]> {
  const pages = [await table.query(query)];
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) {
    pages.push(await table.query({ ...query, after: next }));
  }
  return pages;
}

export const allOf = async (table: Table, query: Query): Promise<Item[]> =>
  (await pagesOf(table, query)).flatMap(({ items }) => items);

/** Numbers as sort keys, so that they sort as numbers. */
export const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(index).padStart(6, '0'));
