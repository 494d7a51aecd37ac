import type { TenantId } from '../domain/names.ts';
import type { Store } from '../store/store.ts';
import type { Position } from '../store/table.ts';

const PAGE = 1_000;

/** Each checkpoint behind its entries, and at the end how many: a reader whose connection broke can tell. */
export async function* linesOfLog(store: Store, tenant: TenantId) {
  let checkpoints = 0;
  let from = 0;
  let after: Position | undefined;
  do {
    const page = await store.checkpoints(tenant, { limit: 100, after });
    for (const { number, size, note, key } of page.items) {
      for (; from < size; from += PAGE) yield* await store.logEntries(tenant, from, Math.min(from + PAGE, size));
      from = size;
      yield { type: 'checkpoint' as const, number, note, key };
      checkpoints += 1;
    }
    after = page.next;
  } while (after);
  yield { type: 'export.completed' as const, checkpoints };
}
