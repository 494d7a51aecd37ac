import { hash } from 'node:crypto';

/** Rows to learn from, and rows that the classifier never sees until it is measured on them. */
export interface Split<Row> {
  readonly training: readonly Row[];
  readonly heldOut: readonly Row[];
}

/**
 * Holds back a share of the rows. Which ones follows from the seed and the place of each row alone, so that the
 * same seed holds back the same rows on every machine.
 * @param share between 0 and 1
 */
export function split<Row>(
  rows: readonly Row[],
  { share, seed }: { readonly share: number; readonly seed: number },
): Split<Row> {
  const drawn = rows
    .keys()
    .map((place) => ({ place, lot: hash('sha256', `${seed}/${place}`, 'hex') }))
    .toArray()
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, Math.round(rows.length * share));
  const places = new Set(drawn.map(({ place }) => place));
  return {
    training: rows.filter((_, place) => !places.has(place)),
    heldOut: rows.filter((_, place) => places.has(place)),
  };
}
