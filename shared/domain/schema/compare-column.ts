import { type Column, type ColumnType, hasShape, type Param, type Side } from './column.ts';
import { endsOf } from './numbers.ts';
import { asOne, boundOf } from './value.ts';

/** What is different about a column. */
export const ASPECTS = ['column', 'type', 'nullable', 'range', 'values', 'shape', 'default'] as const;
export type Aspect = (typeof ASPECTS)[number];

/**
 * `widened`: more values fit than before; `narrowed`: fewer; `changed`: some fit no more, and others do now;
 * `equivalent`: it is written otherwise, and the same values fit.
 */
export const TURNS = ['added', 'removed', 'renamed', 'widened', 'narrowed', 'changed', 'equivalent'] as const;
export type Turn = (typeof TURNS)[number];

/** The promises that a difference breaks. */
export type Broken = readonly Promised[];

/** Whoever was written for the old contract goes on; whoever is written for the new one can go back. */
export const PROMISES = ['backward', 'forward'] as const;
type Promised = (typeof PROMISES)[number];

export interface Difference {
  readonly side: Side;
  /** As the old contract names it, if it has it. */
  readonly column: string;
  readonly aspect: Aspect;
  readonly change: Turn;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly breaks: Broken;
}

/** Every aspect in which two columns of one name differ. */
export function compareColumn(side: Side, from: Column, to: Column): Difference[] {
  const differ = (aspect: Aspect, change: Turn, [a, b]: readonly [unknown, unknown]): Difference => ({
    side,
    column: from.name,
    aspect,
    change,
    ...(a !== undefined && { from: a }),
    ...(b !== undefined && { to: b }),
    breaks: breaksOf(side, change),
  });
  const range = ({ min, max }: Column) => (min === undefined && max === undefined ? undefined : defined({ min, max }));
  const aspects: readonly [Aspect, Turn, unknown, unknown][] = [
    ['type', turn(fits(from.type, to.type), fits(to.type, from.type)), from.type, to.type],
    ['nullable', turn(!from.nullable || to.nullable, from.nullable || !to.nullable), from.nullable, to.nullable],
    ['range', turn(isWithin(from, to), isWithin(to, from)), range(from), range(to)],
    ['values', turn(isAmong(from, to), isAmong(to, from)), from.values, to.values],
    ['shape', turn(isShaped(from, to), isShaped(to, from)), from.shape, to.shape],
    ['default', 'equivalent', (from as Param).default, (to as Param).default],
  ];
  return aspects.filter(([, , a, b]) => !isSame(a, b)).map(([aspect, change, a, b]) => differ(aspect, change, [a, b]));
}

/** How values fare, by whether all that fitted still fit, and whether all that fit did before. */
const turn = (isTaken: boolean, isKnown: boolean): Turn =>
  isTaken ? (isKnown ? 'equivalent' : 'widened') : isKnown ? 'narrowed' : 'changed';

/** Inputs have to take what they took; outputs may not give what they never gave. */
function breaksOf(side: Side, change: Turn): Broken {
  const [takesLess, takesMore] =
    side === 'outputs' ? (['forward', 'backward'] as const) : (['backward', 'forward'] as const);
  if (change === 'narrowed') return [takesLess];
  if (change === 'widened') return [takesMore];
  return change === 'equivalent' ? [] : ['backward', 'forward'];
}

/** The types that hold every value of a type exactly: NumPy's safe casts, without those from 64-bit integers. */
const WIDER: Readonly<Partial<Record<ColumnType, readonly ColumnType[]>>> = {
  int8: ['int16', 'int32', 'int64', 'float16', 'float32', 'float64'],
  int16: ['int32', 'int64', 'float32', 'float64'],
  int32: ['int64', 'float64'],
  uint8: ['uint16', 'uint32', 'uint64', 'int16', 'int32', 'int64', 'float16', 'float32', 'float64'],
  uint16: ['uint32', 'uint64', 'int32', 'int64', 'float32', 'float64'],
  uint32: ['uint64', 'int64', 'float64'],
  float16: ['float32', 'float64'],
  float32: ['float64'],
};

const fits = (from: ColumnType, to: ColumnType): boolean =>
  from === to || to === 'json' || (WIDER[from] ?? []).includes(to);

/** Whether all that one column may have is within the range of another. */
function isWithin(one: Column, other: Column): boolean {
  const least = boundOf(other.type, other.min);
  const greatest = boundOf(other.type, other.max);
  const [lowest, highest] = endsOf(one.type) ?? [];
  return (
    (least === undefined || [lowest, boundOf(one.type, one.min)].some((end) => end !== undefined && end >= least)) &&
    (greatest === undefined ||
      [highest, boundOf(one.type, one.max)].some((end) => end !== undefined && end <= greatest))
  );
}

function isAmong(one: Column, other: Column): boolean {
  if (other.values === undefined) return true;
  const all = new Set(other.values.map((value) => asOne(other.type, value)));
  return one.values?.every((value) => all.has(asOne(one.type, value))) ?? false;
}

function isShaped(one: Column, other: Column): boolean {
  const [from = [], to = []] = [one.shape, other.shape];
  // Whatever JSON is, a list is too; but none is one of a few values, or between bounds.
  if (other.type === 'json' && !hasShape(other) && !isLimited(other)) return true;
  return from.length === to.length && to.every((length, at) => length === -1 || length === from[at]);
}

const isLimited = ({ min, max, values }: Column): boolean => [min, max, values].some((limit) => limit !== undefined);

export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A thing without what is not there. */
export const defined = <T extends object>(thing: T): T =>
  Object.fromEntries(Object.entries(thing).filter(([, value]) => value !== undefined)) as T;
