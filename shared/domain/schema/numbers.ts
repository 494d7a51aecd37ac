import type { ColumnType } from './column.ts';

const signed = (bits: number) => [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] as const;
const unsigned = (bits: number) => [0, 2 ** bits - 1] as const;
const symmetric = (max: number) => [-max, max] as const;

/** The least and the greatest number of each type, as far as a number of JavaScript is exact. */
export const NUMBERS: Readonly<Partial<Record<ColumnType, readonly [least: number, greatest: number]>>> = {
  int8: signed(8),
  int16: signed(16),
  int32: signed(32),
  int64: symmetric(Number.MAX_SAFE_INTEGER),
  uint8: unsigned(8),
  uint16: unsigned(16),
  uint32: unsigned(32),
  uint64: [0, Number.MAX_SAFE_INTEGER],
  float16: symmetric(65_504),
  float32: symmetric((2 - 2 ** -23) * 2 ** 127),
  float64: symmetric(Number.MAX_VALUE),
};

/** The same of those that reach further: beyond that they are texts or bigints. */
const BIG = { int64: [-(2n ** 63n), 2n ** 63n - 1n], uint64: [0n, 2n ** 64n - 1n] } as const;
type BigType = keyof typeof BIG;

/** The least and the greatest number of a type, as far as it reaches; nothing for a type without numbers. */
export const endsOf = (type: ColumnType): readonly [number | bigint, number | bigint] | undefined =>
  isBig(type) ? BIG[type] : NUMBERS[type];

export const isInteger = (type: ColumnType): boolean => /^u?int/.test(type);
export const isBig = (type: ColumnType): type is BigType => type in BIG;

/** The whole number that a value of a 64-bit column is, where it is one. */
export function wholeOf(type: BigType, value: unknown): number | bigint | undefined {
  const [least, greatest] = BIG[type];
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= least ? value : undefined;
  const whole = typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : value;
  if (typeof whole !== 'bigint' || whole < least || whole > greatest) return undefined;
  // One number, however it was written.
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}
