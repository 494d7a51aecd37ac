import { describe, expect, it } from 'vitest';
import { compile } from '../../../shared/domain/schema/check.ts';
import { COLUMN_TYPES, type ColumnType, type Contract } from '../../../shared/domain/schema/column.ts';
import { verdict } from '../../../shared/domain/schema/compare.ts';
import { endsOf, isInteger, NUMBERS } from '../../../shared/domain/schema/numbers.ts';

const of = (type: ColumnType): Contract => ({ inputs: [{ name: 'a', type, nullable: false }], outputs: [] });
const isTaken = (type: ColumnType, value: unknown): boolean => compile(of(type))([{ a: value }]).valid;
const isWider = (to: ColumnType, from: ColumnType): boolean => verdict(of(from), of(to), 'backward').compatible;
const pairs = (types: readonly ColumnType[]) =>
  types.flatMap((from) => types.filter((to) => to !== from).map((to) => [from, to] as const));

const NUMERIC = COLUMN_TYPES.filter((type) => NUMBERS[type] !== undefined);

/** Both ends of a type, and what is between whole numbers where it has that. */
const witnessesOf = (type: ColumnType): (number | bigint)[] => [
  ...(endsOf(type) ?? []),
  ...(isInteger(type) ? [] : [0.5]),
];

/** A number as a column of a type keeps it. */
const kept = (type: ColumnType, value: number | bigint): number | bigint => {
  if (type === 'float16') return new Float16Array([Number(value)])[0] ?? Number.NaN;
  return type === 'float32' ? Math.fround(Number(value)) : value;
};

describe('a type', () => {
  it.each(NUMERIC)('%s takes the numbers at both of its ends, and keeps them', (type) => {
    expect(witnessesOf(type).length).toBeGreaterThan(1);
    for (const value of witnessesOf(type)) {
      expect(isTaken(type, value)).toBe(true);
      expect(kept(type, value)).toBe(value);
    }
  });

  it.each(pairs(NUMERIC))('%s may become %s exactly if every number stays what it is', (from, to) => {
    const isKept = witnessesOf(from).every((value) => isTaken(to, value) && kept(to, value) === value);

    expect(isWider(to, from)).toBe(isKept);
  });

  const others = pairs(COLUMN_TYPES).filter(([from, to]) => !NUMERIC.includes(from) || !NUMERIC.includes(to));

  it.each(others)('%s may become %s only if that is json', (from, to) => {
    expect(isWider(to, from)).toBe(to === 'json');
  });
});
