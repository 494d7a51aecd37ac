import type { TenantId } from '../domain/names.ts';
import { pagesOf } from '../store/pages.ts';
import type { Store } from '../store/store.ts';

const PAGE = 1_000;

/**
 * The lines of an export of checkpoints: each behind its entries, and at the end how many, so that a reader whose
 * connection broke can tell. What the first page takes is read before there is any line.
 */
export async function linesOfLog(store: Store, tenant: TenantId) {
  const first = await store.checkpoints(tenant, { limit: PAGE });
  return lines(store, tenant, first);
}

async function* lines(store: Store, tenant: TenantId, first: Awaited<ReturnType<Store['checkpoints']>>) {
  let checkpoints = 0;
  let from = 0;
  const pages = pagesOf(async (after) => (after ? store.checkpoints(tenant, { limit: PAGE, after }) : first));
  for await (const page of pages) {
    for (const { number, size, note, key } of page) {
      for (; from < size; from += PAGE) yield* await store.logEntries(tenant, from, Math.min(from + PAGE, size));
      from = size;
      yield { type: 'checkpoint' as const, number, note, key };
      checkpoints += 1;
    }
  }
  yield { type: 'export.completed' as const, checkpoints };
}
