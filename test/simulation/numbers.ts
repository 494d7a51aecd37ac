import type { Report } from './simulate.ts';

/** The sum of a number of all reports. */
export const total = (
  reports: readonly Report[],
  of: 'actions' | 'unknown' | 'turns' | 'events' | 'lost' | 'copies' | 'received',
): number => reports.reduce((sum, report) => sum + report[of], 0);

/** The number that this share of all numbers does not exceed. */
export const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((one, other) => one - other)[Math.ceil(numbers.length * share) - 1] ?? 0;
