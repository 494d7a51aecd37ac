import { describe, expect, it } from 'vitest';
import type { COLUMN_TYPES } from '../../../shared/domain/schema/column.ts';
import { typeNamed } from '../../../shared/domain/schema/spellings.ts';

/** Every type, and how it is spelled elsewhere. */
const SPELLINGS = {
  boolean: 'bool bool_ Bool boolean BOOLEAN ? |b1 b1 np.bool_ bool[pyarrow]',
  int8: 'byte Int8 i1 |i1 numpy.int8 torch.int8',
  int16: 'short Int16 i2 <i2 >i2',
  int32: 'integer intc Int32 i4 <i4 =i4 tf.int32',
  int64: 'long longlong Int64 i8 <i8 int64[pyarrow] pa.int64',
  uint8: 'ubyte UInt8 u1 |u1',
  uint16: 'ushort UInt16 u2 <u2',
  uint32: 'uintc UInt32 u4 <u4',
  uint64: 'ulonglong UInt64 u8 <u8',
  float16: 'half halffloat Float16 f2 <f2',
  float32: 'single Float32 f4 <f4 torch.float32 float[pyarrow]',
  float64: 'double float_ Float64 f8 <f8 >f8 double[pyarrow]',
  string:
    'str str_ unicode utf8 Utf8 large_utf8 LargeUtf8 utf8_view large_string string_view string[python] string[pyarrow] U <U12',
  binary: 'bytes bytes_ large_binary LargeBinary binary_view fixed_size_binary[16] FixedSizeBinary(16) S |S10',
  date: 'date32 date64 date32[day] date64[ms] Date32 datetime64[D] <M8[D]',
  timestamp:
    'datetime datetime64 datetime64[s] datetime64[ms] datetime64[us] datetime64[ns] datetime64[ns,UTC] <M8[ns] timestamp[s] timestamp[us] timestamp[ns][pyarrow]',
  json: 'any map struct struct<a:int64> map<string,string>',
} as const satisfies Record<(typeof COLUMN_TYPES)[number], string>;

const spelled = Object.entries(SPELLINGS).flatMap(([type, names]) =>
  [type, ...names.split(' ')].map((name) => [name, type] as const),
);

describe('a type', () => {
  it.each(spelled)('spelled %s is %s', (name, type) => {
    expect(typeNamed(name)).toEqual({ type });
  });

  it.each([
    ['datetime64[ns, Europe/Berlin]', 'timestamp'],
    ['timestamp[us, tz=UTC]', 'timestamp'],
    ['Timestamp(Microsecond, None)', 'timestamp'],
    [' float64 ', 'float64'],
    ['dictionary<values=string, indices=int32, ordered=0>', 'string'],
    ['dictionary<values=float, indices=int8>', 'float32'],
  ])('spelled %j is %s', (name, type) => {
    expect(typeNamed(name)).toEqual({ type });
  });

  it.each([
    ['list<item: double>', 'float64', [-1]],
    ['list<double>', 'float64', [-1]],
    ['list<element: float not null>', 'float32', [-1]],
    ['large_list<item: string>', 'string', [-1]],
    ['fixed_size_list<item: float>[768]', 'float32', [768]],
    ['list<item: fixed_size_list<item: int8>[3]>', 'int8', [-1, 3]],
    ['list<item: struct<a: int64, b: string>>', 'json', [-1]],
  ])('spelled %s is %s with a shape', (name, type, shape) => {
    expect(typeNamed(name)).toEqual({ type, shape });
  });

  it.each([
    ['float', /float32 or float64/],
    ['int', /int32 or int64/],
    ['uint', /int32 or int64/],
    ['object', /json if they may be anything/],
    ['O', /json if they may be anything/],
    ['category', /with them as values/],
    ['complex128', /two columns/],
    ['decimal128(10, 2)', /float64, or string/],
    ['timedelta64[ns]', /int64, with the unit/],
    ['duration[ns]', /int64, with the unit/],
    ['time32[s]', /int64, with the unit/],
    ['null', /when it is not null/],
    ['longdouble', /float64/],
    ['list<item: decimal128(10, 2)>', /float64, or string/],
    ['datetime64[fortnight]', /^expected a type such as .*, got datetime64\[fortnight\]$/],
    ['', /^expected a type such as/],
    ['list<'.repeat(100_000), /^expected a type such as/],
    ['x'.repeat(1_000), /got x{60}$/],
  ])('spelled %s is refused, with what to write in its place', (name, message) => {
    expect(typeNamed(name)).toEqual({ message: expect.stringMatching(message) });
  });
});
