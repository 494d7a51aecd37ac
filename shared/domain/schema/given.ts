import { DIMENSIONS_MAX, SIDES, type Side } from './column.ts';
import { type Spelled, typeNamed, type Unspellable } from './spellings.ts';

/** What is wrong with a contract as it is given: where, and why. */
export interface Flaw {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A column with its type as it is spelled elsewhere, or one of an MLflow signature. */
export interface GivenColumn {
  readonly type: string;
  readonly name?: string;
  readonly [more: string]: unknown;
}

/** A contract as callers may give it. MLflow writes each side as JSON in a text, and null for one that there is not. */
export interface GivenContract {
  readonly inputs: string | readonly GivenColumn[];
  readonly outputs?: string | readonly GivenColumn[] | null | undefined;
  readonly params?: string | readonly GivenColumn[] | null | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A contract as it is given, in the words of this registry as far as it is understood: types by their names, and the
 * columns of an MLflow signature as columns. What it is not is for its schema to say; only what cannot be understood is
 * a flaw.
 */
export function understood(given: unknown): { readonly contract: unknown; readonly flaws: readonly Flaw[] } {
  if (!isFields(given)) return { contract: given, flaws: [] };
  const flaws: Flaw[] = [];
  const sides = Object.entries(given).flatMap(([name, value]) => {
    const side = SIDES.find((one) => one === name);
    // MLflow writes null for a side that there is not.
    if (value === null && side && side !== 'inputs') return [];
    return [[name, side ? sideOf(side, value, flaws) : value] as const];
  });
  return { contract: Object.fromEntries(sides), flaws };
}

function sideOf(side: Side, given: unknown, flaws: Flaw[]): unknown {
  const isText = typeof given === 'string';
  const columns = isText ? parsed(given) : given;
  if (isText && !Array.isArray(columns)) {
    flaws.push({ path: [side], message: 'expected a list of columns, or the JSON of one as MLflow writes it' });
  }
  if (!Array.isArray(columns)) return columns;
  return columns.map((column: unknown, at) => {
    if (!isFields(column)) return column;
    const report = (path: readonly (string | number)[], message: string) =>
      flaws.push({ path: [side, at, ...path], message });
    return isText || isOfMlflow(column) ? fromMlflow(column, at, report) : inOwnWords(column, report);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Report = (path: readonly (string | number)[], message: string) => void;

const isUnspellable = (spelled: Spelled | Unspellable): spelled is Unspellable => 'message' in spelled;

function inOwnWords(column: Fields, report: Report): Fields {
  const { type, shape } = column;
  if (typeof type !== 'string') return column;
  const spelled = typeNamed(type);
  if (isUnspellable(spelled)) report(['type'], spelled.message);
  else if (spelled.shape && shape !== undefined) report(['shape'], `expected none: ${type} has one`);
  return { ...column, ...spelled };
}

/** What only a column of an MLflow signature has. */
const isOfMlflow = (column: Fields): boolean =>
  ['required', 'optional', 'tensor-spec', 'items', 'properties'].some((name) => name in column);

function fromMlflow(column: Fields, at: number, report: Report): Fields {
  const { required, optional, 'tensor-spec': _, items: __, properties: ___, values, shape, ...rest } = column;
  const spelled = spelledByMlflow(column, [], report);
  return {
    ...rest,
    // A column without a name is called by its place, as a data frame does.
    name: rest['name'] ?? String(at),
    ...(Array.isArray(values) && { values }),
    ...(required === false || optional === true ? { nullable: true } : {}),
    // The shape of a param is null where it has none.
    ...(shape !== undefined && shape !== null && { shape }),
    ...spelled,
  };
}

/** No deeper than a shape may be: JSON in a text can be nested without end. */
function spelledByMlflow(given: Fields, path: readonly (string | number)[], report: Report): Partial<Spelled> {
  const { type, items, 'tensor-spec': tensor } = given;
  if (type === 'tensor' && isFields(tensor)) return ofTensor(tensor, report);
  if (path.length > DIMENSIONS_MAX) {
    report([], `expected at most ${DIMENSIONS_MAX} dimensions`);
    return {};
  }
  if (type === 'array' && isFields(items)) {
    const inner = spelledByMlflow(items, [...path, 'items'], report);
    return { ...inner, shape: [-1, ...(inner.shape ?? [])] };
  }
  if (type === 'float') return { type: 'float32' };
  if (type === 'object') return { type: 'json' };
  if (type === 'sparkml_vector') return { type: 'float64', shape: [-1] };
  return spelledOr([...path, 'type'], type, report);
}

/** The first dimension of a tensor is that of the rows, where it has any length: what is left is the shape of one. */
function ofTensor({ dtype, shape }: Fields, report: Report): Partial<Spelled> {
  const spelled: Partial<Spelled> =
    dtype === 'object' ? { type: 'json' } : spelledOr(['tensor-spec', 'dtype'], dtype, report);
  if (!Array.isArray(shape)) {
    report(['tensor-spec', 'shape'], 'expected a list of lengths');
    return spelled;
  }
  const ofRow = shape[0] === -1 ? shape.slice(1) : shape;
  return ofRow.length > 0 ? { ...spelled, shape: ofRow } : spelled;
}

function spelledOr(path: readonly (string | number)[], type: unknown, report: Report): Partial<Spelled> {
  const spelled = typeNamed(String(type));
  if (!isUnspellable(spelled)) return spelled;
  report(path, spelled.message);
  return {};
}
