import * as z from 'zod/mini';
import { COLUMN_TYPES, type ColumnType, DIMENSIONS_MAX } from './schema/column.ts';
import { type Flaw, type GivenContract, understood } from './schema/given.ts';
import { nonsenseIn } from './schema/sense.ts';
import { boundOf } from './schema/value.ts';
import { Label, prose } from './text.ts';

/** The least or the greatest value: a number, or the text of a date, a timestamp or a 64-bit integer. */
const Bound = z.union([z.number(), prose(40)], 'expected a finite number, or the text of a date or timestamp');

const Value = z.union([prose(5_000), z.number(), z.boolean()], 'expected texts, finite numbers, true or false');

interface Bounded {
  readonly type: ColumnType;
  readonly min?: number | string | undefined;
  readonly max?: number | string | undefined;
}

/** Bounds that leave something between them. */
const ordered = z.refine<Bounded>(
  ({ type, min, max }) => !((boundOf(type, min) ?? -Infinity) > (boundOf(type, max) ?? Infinity)),
  { message: 'expected min to be at most max', path: ['min'] },
);

const fields = {
  name: Label,
  type: z.enum(COLUMN_TYPES),
  /** Whether it may be null, or be left out. */
  nullable: z._default(z.boolean(), false),
  min: z.optional(Bound),
  max: z.optional(Bound),
  values: z.optional(z.array(Value).check(z.maxLength(1_000, 'expected at most 1000 values'))),
  /** Lengths of the dimensions of each value; -1 stands for any length. */
  shape: z.optional(
    z
      .array(z.int().check(z.gte(-1)))
      .check(z.maxLength(DIMENSIONS_MAX, `expected at most ${DIMENSIONS_MAX} dimensions`)),
  ),
};

/** One typed column of a schema contract, with the values that it may have. */
export const Column = z.strictObject(fields).check(ordered);
export type Column = z.output<typeof Column>;

/** A setting of the model that a caller may leave out. */
export const Param = z
  .strictObject({
    ...fields,
    default: z.optional(
      z.union(
        [Value, z.array(Value).check(z.maxLength(1_000, 'expected at most 1000 values')), z.null()],
        'expected a single value, a list of them, or null',
      ),
    ),
  })
  .check(ordered);

const eachOnce = z.refine<readonly { readonly name: string }[]>(
  (columns) => new Set(columns.map(({ name }) => name)).size === columns.length,
  'expected each column name once',
);

const Columns = z.array(Column).check(z.maxLength(1_000, 'expected at most 1000 columns'), eachOnce);

/** The typed input and output columns of a model, and the settings that it takes. */
export const Schema = z.strictObject({
  inputs: Columns,
  outputs: z._default(Columns, []),
  params: z.optional(z.array(Param).check(z.maxLength(100, 'expected at most 100 params'), eachOnce)),
});
export type Schema = z.output<typeof Schema>;

/**
 * A schema as callers give it: types by the names of NumPy, pandas, Arrow or MLflow, or the JSON of an MLflow signature.
 * What is kept is in the words of `Schema`, and makes sense.
 */
export const NewSchema = z
  .pipe(
    z.transform((given: GivenContract, { issues }) => {
      const { contract, flaws } = understood(given);
      for (const flaw of flaws) issues.push(issueOf(flaw, given));
      return contract as z.input<typeof Schema>;
    }),
    Schema,
  )
  .check(({ value, issues }) => {
    for (const flaw of nonsenseIn(value)) issues.push(issueOf(flaw, value));
  });

const issueOf = ({ path, message }: Flaw, input: unknown) => ({
  code: 'custom' as const,
  path: [...path],
  message,
  input,
});
