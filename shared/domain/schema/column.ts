/** What the values of a column are. Everything else that the field calls a type is spelled as one of these, or refused. */
export const COLUMN_TYPES = [
  'boolean',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float16',
  'float32',
  'float64',
  'string',
  'binary',
  'date',
  'timestamp',
  /** Any JSON value: what is inside is nobody's promise. */
  'json',
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** A single value, as JSON has it. */
export type Scalar = string | number | boolean;

/** One typed column of a schema contract, with the values that it may have. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether it may be null, or be left out. */
  readonly nullable: boolean;
  /** The least value, included: a number, or the text of a date or timestamp. */
  readonly min?: number | string | undefined;
  /** The greatest value, included. */
  readonly max?: number | string | undefined;
  /** The only values that it may have. */
  readonly values?: readonly Scalar[] | undefined;
  /** Lengths of the dimensions of each value; -1 stands for any length. */
  readonly shape?: readonly number[] | undefined;
}

/** A setting of the model that a caller may leave out: then it is the default. */
export interface Param extends Column {
  readonly default?: Scalar | readonly Scalar[] | null | undefined;
}

/** What a model takes, and what it gives. */
export interface Contract {
  readonly inputs: readonly Column[];
  readonly outputs: readonly Column[];
  readonly params?: readonly Param[] | undefined;
}

/** The parts of a contract. */
export const SIDES = ['inputs', 'outputs', 'params'] as const;
export type Side = (typeof SIDES)[number];

/** How many dimensions a value may have. */
export const DIMENSIONS_MAX = 8;

/** The columns of one side. A param may always be left out. */
export const columnsOf = (contract: Contract, side: Side): readonly Column[] =>
  side === 'params' ? (contract.params ?? []).map((param) => ({ ...param, nullable: true })) : contract[side];

/** Whether a value of the column is a list. */
export const hasShape = ({ shape }: Column): boolean => (shape?.length ?? 0) > 0;
