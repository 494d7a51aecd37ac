import type { Position } from '../../store/table.ts';
import type { Ranked } from './order.ts';

/** One thing that was looked at, or several that were nothing: where to go on behind it, and what it is if it is wanted. */
export interface Step<Row> {
  readonly place: Place;
  readonly row?: Row;
  /** How many items were read for it. */
  readonly looked: number;
}

/** Where a search goes on: behind what has this rank or, of a time alone, with everything of that time. */
export type Place = Partial<Ranked>;

/** How many items a search looks at in vain for one page, and what a page may weigh: Lambda answers with 6 MB at most. */
const VAIN_MAX = 1_000;
const BYTES_ENOUGH = 4_000_000;

/**
 * One page of a search. Whether there is more is looked up, so that the last page says so; but a filter that keeps little
 * ends a page early, and the client goes on from there.
 */
export async function pageOf<Row>(
  steps: AsyncIterable<Step<Row>>,
  limit: number,
  weigh: (row: Row) => number,
): Promise<{ rows: Row[]; next?: Place }> {
  const rows: Row[] = [];
  let place: Place | undefined;
  let [looked, bytes] = [0, 0];
  const isEnough = () => looked - rows.length > VAIN_MAX;
  for await (const step of steps) {
    looked += step.looked;
    if (step.row !== undefined) {
      if (rows.length === limit || bytes > BYTES_ENOUGH) return { rows, ...(place && { next: place }) };
      rows.push(step.row);
      bytes += weigh(step.row);
      place = step.place;
    } else if (rows.length < limit) {
      place = step.place;
      if (isEnough()) return { rows, next: place };
    } else if (isEnough() && place) return { rows, next: place };
  }
  return { rows };
}

/** A place as a cursor keeps it. */
export const positionOf = (place: Place): Position =>
  Object.fromEntries(Object.entries(place).map(([key, value]) => [key, String(value)]));

/** The place of a cursor. */
export function placeOf(position: Position | undefined): Place | undefined {
  if (!position) return undefined;
  const { number, ...texts } = position;
  return { ...texts, ...(number !== undefined && { number: Number(number) }) };
}
