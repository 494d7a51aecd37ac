import type { Position } from './table.ts';

/** Page after page of a listing, to its end. A page is read when it is asked for. */
export async function* pagesOf<T>(
  read: (after: Position | undefined) => Promise<{ readonly items: readonly T[]; readonly next?: Position }>,
): AsyncGenerator<readonly T[], void> {
  let after: Position | undefined;
  do {
    const { items, next } = await read(after);
    yield items;
    after = next;
  } while (after);
}
