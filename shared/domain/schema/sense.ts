import { type Column, type Contract, hasShape, type Param, SIDES } from './column.ts';
import type { Flaw } from './given.ts';
import { NUMBERS } from './numbers.ts';
import { asOne, isOfType, isOrdered, judgeOf } from './value.ts';

/** What is said of a column and cannot be meant: bounds of what has no order, values of another type. */
export const nonsenseIn = (contract: Contract): Flaw[] =>
  SIDES.flatMap((side) =>
    (contract[side] ?? []).flatMap((column, at) =>
      [...ofBounds(column), ...ofValues(column), ...ofDefault(column)].map(({ path, message }) => ({
        path: [side, at, ...path],
        message,
      })),
    ),
  );

function ofBounds(column: Column): Flaw[] {
  const { type } = column;
  return (['min', 'max'] as const).flatMap((end) => {
    const bound = column[end];
    if (bound === undefined) return [];
    if (!isOrdered(type)) return [{ path: [end], message: `expected none: ${type} has no order` }];
    // A whole type may have bounds between its numbers.
    const isMeant = isOfType(type, bound) || (typeof bound === 'number' && NUMBERS[type] !== undefined);
    return isMeant ? [] : [{ path: [end], message: `expected a bound of type ${type}` }];
  });
}

/** Several texts can mean one moment, and several the same bytes: they are not to be listed. */
const UNLISTED = new Set(['timestamp', 'binary', 'json']);

function ofValues({ type, values }: Column): Flaw[] {
  if (!values) return [];
  if (UNLISTED.has(type)) return [{ path: ['values'], message: `expected none: values of ${type} cannot be listed` }];
  if (values.length === 0) return [{ path: ['values'], message: 'expected at least one value' }];
  const different = new Set(values.map((value) => asOne(type, value)));
  if (different.size < values.length) return [{ path: ['values'], message: 'expected each value once' }];
  return values.flatMap((value, at) =>
    isOfType(type, value) ? [] : [{ path: ['values', at], message: `expected a value of type ${type}` }],
  );
}

function ofDefault(param: Param): Flaw[] {
  const fault = judgeOf({ ...param, nullable: true })(param.default);
  if (!fault) return [];
  const what = hasShape(param)
    ? `a list of ${param.type} that fits the shape`
    : `a value of type ${param.type} that fits`;
  return [{ path: ['default'], message: `expected ${what}` }];
}
