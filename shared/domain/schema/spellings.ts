import type { ColumnType } from './column.ts';

/** A type as it is written elsewhere, in the words of this registry. */
export interface Spelled {
  readonly type: ColumnType;
  /** What lists of it add to the shape. */
  readonly shape?: readonly number[];
}

/** A spelling that has no one meaning here: what to write in its place. */
export interface Unspellable {
  readonly message: string;
}

/** Each type by its own name, and by those that it has in NumPy, pandas, Arrow and MLflow, in lower case. */
const SPELLINGS: Readonly<Record<ColumnType, readonly string[]>> = {
  boolean: ['bool', 'bool_', 'bool8'],
  int8: ['byte'],
  int16: ['short'],
  int32: ['integer', 'intc'],
  int64: ['long', 'longlong'],
  uint8: ['ubyte'],
  uint16: ['ushort'],
  uint32: ['uintc'],
  uint64: ['ulonglong'],
  float16: ['half', 'halffloat'],
  float32: ['single'],
  float64: ['double', 'float_'],
  string: [
    'str',
    'str_',
    'unicode',
    'utf8',
    'large_utf8',
    'largeutf8',
    'utf8_view',
    'utf8view',
    'large_string',
    'string_view',
  ],
  binary: ['bytes', 'bytes_', 'large_binary', 'largebinary', 'binary_view', 'binaryview'],
  date: ['date32', 'date64', 'datetime64[d]'],
  timestamp: ['datetime', 'datetime64', 'datetimetz'],
  json: ['any', 'map', 'struct'],
};

const BY_NAME = new Map<string, ColumnType>(
  Object.entries(SPELLINGS).flatMap(([type, names]) => [type, ...names].map((name) => [name, type as ColumnType])),
);

/** NumPy's codes, such as `<f8`: a kind, and bytes; texts and bytes of any length. Here upper and lower case differ. */
const CODES: Readonly<Record<string, ColumnType>> = {
  '?': 'boolean',
  b1: 'boolean',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/** Spellings with something in brackets that does not matter here: units, time zones, lengths. */
const PATTERNS: readonly (readonly [RegExp, ColumnType])[] = [
  [/^datetime64\[(m|s|ms|us|ns)(, ?[\w/+:-]+)?\]$/, 'timestamp'],
  [/^timestamp ?[[(][^\])]*[\])]$/, 'timestamp'],
  [/^date(32|64)[[(]\w+[\])]$/, 'date'],
  [/^fixed_?size_?binary[[(]\d+[\])]$/, 'binary'],
  [/^string\[(python|pyarrow|pyarrow_numpy)\]$/, 'string'],
  [/^(struct|map)[<[(].*[>\])]$/, 'json'],
];

const LIST = /^(?:large_)?list<(?:[^:<>]*: ?)?(.+)>$/;
const FIXED_LIST = /^fixed_size_list<(?:[^:<>]*: ?)?(.+)>\[(\d{1,9})\]$/;
const DICTIONARY = /^dictionary<values=(.+), indices=\w+(?:, ordered=\w+)?>$/;

/** What is not told by its name: two readers would take it for two things, or there is nothing like it here. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^float$/, 'expected float32 or float64: Arrow and MLflow mean the first by float, NumPy and pandas the second'],
  [/^u?int_?$/, 'expected a width, such as int32 or int64: int has another one on every system'],
  [/^(object|o)$/, 'expected what the objects are, such as string; json if they may be anything'],
  [/^categor(y|ical)$/, 'expected the type of the categories, with them as values'],
  [/^complex/, 'expected a type of single numbers: send two columns'],
  [/^decimal/, 'expected float64, or string where every digit counts'],
  [
    /^(time(32|64)?|timedelta64?|duration|interval|month_interval|period)\b/,
    'expected int64, with the unit in the name of the column',
  ],
  [/^null$/, 'expected the type of what is there when it is not null'],
  [/^(sparkml ?vector|sparse)/, 'expected float64 with the shape [-1]'],
  [/^(float128|longdouble|f16|void)$/, 'expected float64'],
];

/** No type needs more to be told. */
const CHARACTERS_MAX = 200;

/** What a spelling means. */
export function typeNamed(spelling: string): Spelled | Unspellable {
  const text = spelling.trim();
  // Lists of lists are read one in the other.
  if (text.length > CHARACTERS_MAX) return refused('', text);
  const code = /^[<>|=]?(?:([?]|[biuf]\d)|([US])\d*)$/.exec(text);
  if (code?.[2]) return { type: code[2] === 'U' ? 'string' : 'binary' };
  const coded = code?.[1] && CODES[code[1]];
  if (coded) return { type: coded };
  if (/^[<>|=]?M8/.test(text)) return typeNamed(text.replace(/^[<>|=]?M8/, 'datetime64'));

  const name = text
    .toLowerCase()
    .replace(/^(numpy|np|pandas|pd|pyarrow|pa|torch|tf)\./, '')
    .replace(/(.)\[pyarrow\]$/, '$1');
  const isArrow = /\[pyarrow\]$/i.test(text);
  return simply(isArrow ? inArrow(name) : name) ?? nested(name) ?? refused(name, spelling);
}

function simply(name: string): Spelled | undefined {
  const type = BY_NAME.get(name) ?? PATTERNS.find(([pattern]) => pattern.test(name))?.[1];
  return type && { type };
}

/** A name that only Arrow can have written: there a float has 32 bits. */
const inArrow = (name: string): string => name.replace(/ not null$/, '').replace(/^float$/, 'float32');

/** Lists are columns with one more dimension; a dictionary is but a way to store its values. */
function nested(name: string): Spelled | Unspellable | undefined {
  const [, values] = DICTIONARY.exec(name) ?? [];
  if (values) return typeNamed(inArrow(values));
  const [, fixed, length] = FIXED_LIST.exec(name) ?? [];
  const [, item = fixed] = LIST.exec(name) ?? [];
  if (!item) return undefined;
  const inner = typeNamed(inArrow(item));
  return 'type' in inner ? { type: inner.type, shape: [Number(length ?? -1), ...(inner.shape ?? [])] } : inner;
}

function refused(name: string, spelling: string): Unspellable {
  const [, message] = REFUSED.find(([pattern]) => pattern.test(name)) ?? [];
  return {
    message: message ?? `expected a type such as float64, int32, string or timestamp, got ${spelling.slice(0, 60)}`,
  };
}
