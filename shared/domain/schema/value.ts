import type { Column, ColumnType } from './column.ts';
import { isBig, isInteger, NUMBERS, wholeOf } from './numbers.ts';
import { dateOf, momentOf } from './time.ts';

/** What can be wrong with what is sent to a model. */
export const FAULTS = ['missing', 'unexpected', 'type', 'null', 'range', 'value', 'shape'] as const;
export type Fault = (typeof FAULTS)[number];

/** The same with a cell: a column that nobody expects has none. */
export type CellFault = Exclude<Fault, 'unexpected'>;

/** Says what is wrong with a value, if anything is. */
export type Judge = (value: unknown) => CellFault | undefined;

/** How values of a type are told from others, and measured where they have an order. */
interface Kind {
  readonly has: (value: unknown) => boolean;
  readonly measure?: (value: unknown) => number | bigint;
  /** One spelling for all that are the same value. */
  readonly same?: (value: unknown) => unknown;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const OTHERS: Readonly<Partial<Record<ColumnType, Kind>>> = {
  boolean: { has: (value) => typeof value === 'boolean' },
  string: { has: (value) => typeof value === 'string' },
  binary: { has: (value) => (typeof value === 'string' ? BASE64.test(value) : value instanceof Uint8Array) },
  date: { has: (value) => !Number.isNaN(dateOf(value)), measure: dateOf },
  timestamp: { has: (value) => !Number.isNaN(momentOf(value)), measure: momentOf },
  json: { has: () => true },
};

function kindOf(type: ColumnType): Kind {
  const [least, greatest] = NUMBERS[type] ?? [];
  if (least === undefined || greatest === undefined) return otherKind(type);
  if (isBig(type)) {
    const whole = (value: unknown) => wholeOf(type, value);
    return { has: (value) => whole(value) !== undefined, measure: whole as (value: unknown) => bigint, same: whole };
  }
  const isWhole = isInteger(type);
  // NaN and what is without end are between no bounds.
  const has = (value: unknown) =>
    typeof value === 'number' && value >= least && value <= greatest && (!isWhole || Number.isInteger(value));
  return { has, measure: Number };
}

/** @throws TypeError for a type that is spelled otherwise: a contract that the registry gave has none */
function otherKind(type: ColumnType): Kind {
  const kind = OTHERS[type];
  if (kind) return kind;
  throw new TypeError(
    `expected a type of Signet, such as float64, got ${type}: getSchema gives schemas in these words`,
  );
}

/** A bound of a column as its values are measured. */
export const boundOf = (type: ColumnType, bound: number | string | undefined): number | bigint | undefined =>
  bound === undefined ? undefined : (kindOf(type).measure?.(bound) ?? Number(bound));

/** One spelling for all that are the same value of a type. */
export const asOne = (type: ColumnType, value: unknown): unknown => kindOf(type).same?.(value) ?? value;

/** Whether one single value is of a type. */
export const isOfType = (type: ColumnType, value: unknown): boolean => kindOf(type).has(value);

/** Whether values of a type have an order, and so a least and a greatest one. */
export const isOrdered = (type: ColumnType): boolean => kindOf(type).measure !== undefined;

/** Says what is wrong with a cell of a column. Made once, asked for every cell that is not fine at first sight. */
export function judgeOf(column: Column): Judge {
  const single = singleOf(column);
  const whole = column.shape && column.shape.length > 0 ? shaped(column.shape, single) : single;
  if (column.nullable) return (value) => (value === undefined || value === null ? undefined : whole(value));
  return (value) => (value === undefined ? 'missing' : value === null ? 'null' : whole(value));
}

/** Says what is wrong with one single value of a column, whatever its shape. */
export function singleOf({ type, min, max, values }: Column): Judge {
  const { has, measure = Number, same = (value) => value } = kindOf(type);
  const least = boundOf(type, min) ?? Number.NEGATIVE_INFINITY;
  const greatest = boundOf(type, max) ?? Number.POSITIVE_INFINITY;
  const isBounded = min !== undefined || max !== undefined;
  const allowed = values && new Set<unknown>(values.map(same));
  return (value) => {
    if (!has(value)) return 'type';
    if (isBounded && (measure(value) < least || measure(value) > greatest)) return 'range';
    return allowed && !allowed.has(same(value)) ? 'value' : undefined;
  };
}

function shaped([length = -1, ...rest]: readonly number[], single: Judge): Judge {
  const inner = rest.length > 0 ? shaped(rest, single) : single;
  return (value) => {
    const list = listOf(value);
    if (!list || (length !== -1 && list.length !== length)) return 'shape';
    for (let at = 0; at < list.length; at += 1) {
      const fault = inner(list[at]);
      if (fault) return fault;
    }
    return undefined;
  };
}

/** A value as a list: an array, typed ones too. */
export const listOf = (value: unknown): ArrayLike<unknown> | undefined =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
    ? (value as unknown as ArrayLike<unknown>)
    : undefined;
