import type { Cursor } from '../cursor.ts';
import type { Effort } from '../effort.ts';
import { type Format, type ProblemList, problemList } from '../finding.ts';
import { scanPickle } from './scan.ts';

/** What PyTorch began its files with before they were archives: a pickle of this number. */
const TORCH_MAGIC = Buffer.from('80028a0a6cfc9c46f920 6aa850192e'.replace(' ', ''), 'hex');
/** That, the protocol, the machine, the object and the keys of its tensors; then tensors follow. */
const TORCH_PICKLES = 5;

/**
 * Looks for pickles from the front to the end. A pickle need not have anything to tell it by: so, where it is not
 * `certain`, it is one when it can be read as one to its end, or as far as something would have been called. Problems are
 * told only then.
 */
export async function lookForPickles(
  cursor: Cursor,
  told: ProblemList,
  effort: Effort,
  { certain }: { readonly certain: boolean },
): Promise<Extract<Format, 'pickle' | 'joblib' | 'pytorch'> | undefined> {
  await cursor.has(TORCH_MAGIC.length);
  const isTorch = TORCH_MAGIC.equals(cursor.ahead.subarray(0, TORCH_MAGIC.length));
  const problems = problemList();
  const totals = { globals: 0, calls: 0, arrays: false };
  let count = 0;
  let fault: string | undefined;
  do {
    const scan = await scanPickle(cursor, problems, effort);
    totals.globals += scan.globals;
    totals.calls += scan.calls;
    totals.arrays ||= scan.arrays;
    fault = scan.fault;
    if (scan.whole) count += 1;
  } while (fault === undefined && !(isTorch && count === TORCH_PICKLES) && (await cursor.has(1)));

  const isPickle = certain || (fault === undefined ? true : totals.calls > 0 || (count > 0 && totals.globals > 0));
  if (!isPickle) return undefined;
  for (const { kind, message } of problems.all()) told.add(kind, message);
  if (fault !== undefined) {
    const what = count > 0 ? 'goes on after its end with what is no pickle' : 'cannot be read as a pickle';
    told.add('unseen', `${what}: ${fault}, at byte ${cursor.position}`);
  }
  if (isTorch) return 'pytorch';
  return totals.arrays ? 'joblib' : 'pickle';
}
