import fc from 'fast-check';
import { COLUMN_TYPES, type Column, type ColumnType, type Contract } from '../../../shared/domain/schema/column.ts';
import { isBig, isInteger, NUMBERS } from '../../../shared/domain/schema/numbers.ts';
import { nonsenseIn } from '../../../shared/domain/schema/sense.ts';

const DAYS = ['2020-02-29', '2021-01-01', '2021-06-15', '2022-12-31'];
const MOMENTS = DAYS.map((day) => `${day}T12:00:00Z`);

/** Values that are near the limits that columns have, so that contracts that differ tell them apart. */
const values = (type: ColumnType): fc.Arbitrary<unknown> => {
  const [least = 0, greatest = 0] = NUMBERS[type] ?? [];
  if (type === 'boolean') return fc.boolean();
  if (type === 'string') return fc.constantFrom('a', 'b', 'c', '');
  if (type === 'binary') return fc.constantFrom('', 'YQ==');
  if (type === 'date') return fc.constantFrom(...DAYS);
  if (type === 'timestamp') return fc.constantFrom(...MOMENTS);
  if (type === 'json') return fc.oneof(fc.constantFrom(0, 'a', true, [], {}), fc.array(fc.constantFrom(1, 'x')));
  const small = fc.integer({ min: Math.max(least, -3), max: 9 });
  const ends = fc.constantFrom(least, greatest);
  if (isInteger(type))
    return fc.oneof(small, ends, type === 'int64' ? fc.constantFrom('5', '9223372036854775807') : small);
  return fc.oneof(small, ends, fc.constantFrom(0.5, 2.25));
};

const bounds = (type: ColumnType): fc.Arbitrary<Partial<Column>> => {
  if (type === 'date' || type === 'timestamp') {
    const texts = type === 'date' ? DAYS : MOMENTS;
    return fc.record({ min: fc.constantFrom(...texts), max: fc.constantFrom(...texts) }, { requiredKeys: [] });
  }
  if (NUMBERS[type] === undefined) return fc.constant({});
  return fc.record({ min: fc.integer({ min: -3, max: 3 }), max: fc.integer({ min: 3, max: 9 }) }, { requiredKeys: [] });
};

/** What columns of texts and of whole numbers may be limited to. */
const scalars = (type: ColumnType): fc.Arbitrary<string | number> => {
  if (type === 'string') return fc.constantFrom('a', 'b', 'c');
  const whole = fc.integer({ min: 0, max: 4 });
  return isBig(type) ? fc.oneof(whole, whole.map(String)) : whole;
};

const choices = (type: ColumnType): fc.Arbitrary<Partial<Column>> =>
  fc
    .option(fc.uniqueArray(scalars(type), { minLength: 1 }), { nil: undefined, freq: 3 })
    .map((listed) => (listed && (type === 'string' || isInteger(type)) ? { values: listed } : {}));

const shapes: fc.Arbitrary<Partial<Column>> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(-1, 1, 2), { maxLength: 2 }).map((shape) => ({ shape })) },
);

const column = (name: string): fc.Arbitrary<Column> =>
  fc
    .constantFrom(...COLUMN_TYPES)
    .chain((type) =>
      fc
        .tuple(fc.boolean(), bounds(type), choices(type), shapes)
        .map(([nullable, range, listed, shape]) => ({ name, type, nullable, ...range, ...listed, ...shape })),
    );

const columns = fc.subarray(['a', 'b', 'c']).chain((names) => fc.tuple(...names.map(column)) as fc.Arbitrary<Column[]>);

/** Whether the registry would take it. */
const isMeant = (contract: Contract): boolean => nonsenseIn(contract).length === 0;

/** A contract whose inputs are all that is in it. */
export const contracts: fc.Arbitrary<Contract> = columns.map((inputs) => ({ inputs, outputs: [] })).filter(isMeant);

/** One thing about one column is another. */
const changed = (contract: Contract): fc.Arbitrary<Contract> => anyChange(contract).filter(isMeant);

const anyChange = ({ inputs }: Contract): fc.Arbitrary<Contract> => {
  if (inputs.length === 0) return columns.map((anew) => ({ inputs: anew, outputs: [] }));
  return fc.nat({ max: inputs.length - 1 }).chain((at) =>
    column(inputs[at]?.name ?? '').chain((anew) =>
      fc.subarray(['type', 'nullable', 'min', 'max', 'values', 'shape'] as const, { maxLength: 2 }).map((aspects) => ({
        inputs: inputs.map((old, place) =>
          place === at ? { ...old, ...Object.fromEntries(aspects.map((aspect) => [aspect, anew[aspect]])) } : old,
        ),
        outputs: [],
      })),
    ),
  );
};

/** Two contracts that are nearly alike, as two versions of a model are; now and then two that are not. */
export const pairs: fc.Arbitrary<readonly [Contract, Contract]> = contracts.chain((from) =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: changed(from).chain((to) => fc.constantFrom<[Contract, Contract]>([from, to], [to, from])),
    },
    {
      weight: 2,
      arbitrary: columns.map(
        (more) =>
          [
            from,
            {
              inputs: [...from.inputs, ...more.filter(({ name }) => from.inputs.every((one) => one.name !== name))],
              outputs: [],
            },
          ] as [Contract, Contract],
      ),
    },
    { weight: 1, arbitrary: contracts.map((to) => [from, to] as [Contract, Contract]) },
  ),
);

const shaped = (single: fc.Arbitrary<unknown>, [length, ...rest]: readonly number[]): fc.Arbitrary<unknown> => {
  if (length === undefined) return single;
  const inner = shaped(single, rest);
  return length === -1 ? fc.array(inner, { maxLength: 2 }) : fc.array(inner, { minLength: length, maxLength: length });
};

/** A record that is meant for these columns; not every one of them fits. */
export const recordFor = (inputs: readonly Column[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(
    Object.fromEntries(
      inputs.map(({ name, type, nullable, values: listed, shape = [] }) => {
        const single = listed ? fc.constantFrom(...listed) : values(type);
        const whole = shaped(single, shape);
        return [name, nullable ? fc.option(whole) : whole];
      }),
    ),
    { requiredKeys: inputs.filter(({ nullable }) => !nullable).map(({ name }) => name) },
  );
