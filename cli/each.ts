import pLimit, { type LimitFunction } from 'p-limit';

/**
 * Does something with each, several at a time. After a failure nothing more is begun, and what is under way comes to
 * its end, so that it need not be done again; then the failure is thrown.
 */
export async function each<Item>(
  items: readonly Item[],
  atOnce: number | LimitFunction,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const limit = typeof atOnce === 'number' ? pLimit(atOnce) : atOnce;
  let isOver = false;
  const one = async (item: Item) => {
    if (isOver) return;
    await act(item).catch((error: unknown) => {
      isOver = true;
      throw error;
    });
  };
  const ends = await Promise.allSettled(items.map((item) => limit(one, item)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
