import { type Column, hasShape } from './column.ts';
import { isInteger, NUMBERS } from './numbers.ts';
import { boundOf, type Judge, judgeOf } from './value.ts';

/** What is seen at first sight. */
const JUDGED = 0;
const NUMBER = 1;
const INTEGER = 2;
const TEXT = 3;
const TRUTH = 4;
const CHOICE = 5;

/** What cells are told by at first sight, a place for each column: numbers in typed arrays, which the engine reads fastest. */
export interface Sights {
  readonly kinds: Uint8Array;
  readonly least: Float64Array;
  readonly greatest: Float64Array;
  readonly choices: readonly (readonly unknown[])[];
}

/** A side of a contract, ready to be checked: the same place in each list is the same column. */
export interface Plan {
  readonly columns: readonly Column[];
  readonly names: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  readonly sights: Sights;
  readonly judges: readonly Judge[];
}

export const planOf = (columns: readonly Column[]): Plan => ({
  columns,
  names: columns.map(({ name }) => asKey(name)),
  places: new Map(columns.map(({ name }, place) => [name, place])),
  sights: {
    kinds: Uint8Array.from(columns, kindOf),
    least: Float64Array.from(columns, ({ type, min }) => inner(Math.max, NUMBERS[type]?.[0], boundOf(type, min))),
    greatest: Float64Array.from(columns, ({ type, max }) => inner(Math.min, NUMBERS[type]?.[1], boundOf(type, max))),
    choices: columns.map(({ values = [] }) => values),
  },
  judges: columns.map(judgeOf),
});

/** The one copy of a text that the engine has for names of fields: comparing it with such a name is comparing addresses. */
const asKey = (name: string): string => Object.keys({ [name]: true })[0] as string;

const inner = (of: (a: number, b: number) => number, a = 0, b?: number | bigint): number => of(a, Number(b ?? a));

/** The most choices that are compared one by one. */
const CHOICES_MAX = 8;

function kindOf(column: Column): number {
  const { type, values } = column;
  if (hasShape(column)) return JUDGED;
  if (values !== undefined) return isShortList(column) ? CHOICE : JUDGED;
  if (type === 'string') return TEXT;
  if (type === 'boolean') return TRUTH;
  if (NUMBERS[type] === undefined) return JUDGED;
  return isInteger(type) ? INTEGER : NUMBER;
}

const isShortList = ({ type, values = [] }: Column): boolean =>
  type === 'string' && values.length <= CHOICES_MAX && values.every((value) => typeof value === 'string');

/** Whether a value is fine at first sight; where it is not, the judge may still find it so. */
export function isFine({ kinds, least, greatest, choices }: Sights, place: number, value: unknown): boolean {
  switch (kinds[place]) {
    case NUMBER:
      return typeof value === 'number' && value >= (least[place] as number) && value <= (greatest[place] as number);
    case INTEGER:
      return (
        typeof value === 'number' &&
        value >= (least[place] as number) &&
        value <= (greatest[place] as number) &&
        Number.isInteger(value)
      );
    case TEXT:
      return typeof value === 'string';
    case TRUTH:
      return typeof value === 'boolean';
    case CHOICE:
      return isAmong(choices[place] as readonly unknown[], value);
    default:
      return false;
  }
}

/** `includes`, which the engine does not inline. */
function isAmong(choices: readonly unknown[], value: unknown): boolean {
  for (let at = 0; at < choices.length; at += 1) if (choices[at] === value) return true;
  return false;
}
