import { describe, expect, it } from 'vitest';
import { compile, type Rows } from '../../../shared/domain/schema/check.ts';
import type { Column, ColumnType, Contract } from '../../../shared/domain/schema/column.ts';
import { FAULTS } from '../../../shared/domain/schema/value.ts';

const column = (type: ColumnType, more: Partial<Column> = {}): Column => ({
  name: 'a',
  type,
  nullable: false,
  ...more,
});
const contractOf = (...inputs: Column[]): Contract => ({ inputs, outputs: [] });

/** What is wrong with one value in a column; nothing where it fits. */
const faultOf = (of: Column, value: unknown) => {
  const { violations } = compile(contractOf(of))([{ [of.name]: value }]);
  return violations.map(({ kind, message }) => `${kind}: ${message}`)[0];
};

describe('a value fits its type', () => {
  it.each<[ColumnType, readonly unknown[], readonly unknown[]]>([
    ['boolean', [true, false], [0, 1, 'true', [], {}]],
    ['int8', [-128, 127, 0, -0, 5.0], [-129, 128, 0.5, '1', Number.NaN, 1n]],
    ['int16', [-32_768, 32_767], [-32_769, 32_768]],
    ['int32', [-2_147_483_648, 2_147_483_647], [-2_147_483_649, 2_147_483_648]],
    ['uint8', [0, 255], [-1, 256, true]],
    ['uint16', [0, 65_535], [-1, 65_536]],
    ['uint32', [0, 4_294_967_295], [-1, 4_294_967_296]],
    [
      'int64',
      [0, 2 ** 53 - 1, '9223372036854775807', '-9223372036854775808', 9_223_372_036_854_775_807n, '7'],
      [2 ** 53, 0.5, '9223372036854775808', '', '1e3', ' 7', '0x7', -(2n ** 63n) - 1n, [7]],
    ],
    ['uint64', [0, '18446744073709551615', 5n], [-1, '18446744073709551616', '-1', -1n]],
    ['float16', [65_504, -65_504, 0.1], [65_505, '0.1']],
    ['float32', [3.4028234663852886e38, 1e-300], [3.5e38, Number.POSITIVE_INFINITY]],
    ['float64', [Number.MAX_VALUE, 5e-324, 0.1, 7], [Number.NaN, Number.NEGATIVE_INFINITY, '7', true, 7n]],
    ['string', ['', 'text', 'NaN'], [7, true, [], {}]],
    ['binary', ['', 'YQ==', 'YWI=', 'YWJj', new Uint8Array(3)], ['a', 'YQ=', 'Y-_=', 'YW Jj', 7, [1]]],
    ['date', ['2026-01-31'], ['2026-02-30', '2026-01-31T00:00:00Z', 20_260_131, new Date(0)]],
    ['timestamp', ['2026-01-31T12:00:00Z', new Date(0)], ['2026-01-31', 0, new Date(Number.NaN)]],
    ['json', [0, '', true, [], {}, [null], { a: [1] }], []],
  ])('%s', (type, good, bad) => {
    for (const value of good) expect(faultOf(column(type), value), String(value)).toBeUndefined();
    for (const value of bad) expect(faultOf(column(type), value), String(value)).toMatch(/^type: expected /);
  });
});

/** A column, a value, and what is told of it; nothing where it fits. */
const VALUES: readonly (readonly [Column, unknown, unknown])[] = [
  [column('float64'), null, 'null: expected float64, got null'],
  [column('float64'), undefined, 'missing: expected float64, got nothing'],
  [column('float64', { nullable: true }), null, undefined],
  [column('float64', { nullable: true }), undefined, undefined],
  [column('float64', { nullable: true }), 'x', 'type: expected float64, got "x"'],
  [column('int8'), 300, 'type: expected int8 of -128 to 127, got 300'],
  [column('int8'), 0.5, 'type: expected int8, got 0.5'],
  [column('int64'), 2 ** 53, 'type: expected int64, beyond 2^53 as a text, got 9007199254740992'],
  [column('string'), ['a'], 'type: expected string, got a list'],
  [column('string'), {}, 'type: expected string, got an object'],
  [column('date'), new Date(0), 'type: expected date, got 1970-01-01T00:00:00.000Z'],
  [column('timestamp'), new Date(Number.NaN), 'type: expected timestamp, got no time'],
  [column('date'), 'x'.repeat(100), `type: expected date, got "${'x'.repeat(39)}…`],

  [column('float64', { min: 0 }), 0, undefined],
  [column('float64', { min: 0 }), -0.1, 'range: expected 0 or more, got -0.1'],
  [column('float64', { max: 1 }), 1, undefined],
  [column('float64', { max: 1 }), 1.1, 'range: expected at most 1, got 1.1'],
  [column('int8', { min: -1, max: 1 }), 2, 'range: expected -1 to 1, got 2'],
  [column('int32', { min: 0.5 }), 0, 'range: expected 0.5 or more, got 0'],
  [column('int64', { min: 1 }), '0', 'range: expected 1 or more, got "0"'],
  [column('int64', { min: 1 }), '18', undefined],
  [column('int64', { max: '9007199254740993' }), '9007199254740993', undefined],
  [
    column('int64', { max: '9007199254740993' }),
    '9007199254740994',
    'range: expected at most 9007199254740993, got "9007199254740994"',
  ],
  [column('int64', { max: '9007199254740993' }), 5, undefined],
  [column('date', { min: '2026-01-01' }), '2025-12-31', 'range: expected 2026-01-01 or more, got "2025-12-31"'],
  [column('timestamp', { max: '2026-01-01T00:00:00Z' }), '2026-01-01T00:30:00+01:00', undefined],
  [column('timestamp', { max: '2026-01-01T00:00:00Z' }), '2026-01-01T00:30:00', expect.stringMatching(/^range/)],

  [column('string', { values: ['a', 'b'] }), 'b', undefined],
  [column('string', { values: ['a', 'b'] }), 'c', 'value: expected "a" or "b", got "c"'],
  [column('string', { values: ['a', 'b'] }), 7, 'type: expected string, got 7'],
  [column('string', { values: ['a'] }), 'b', 'value: expected "a", got "b"'],
  [column('string', { values: [...'abcdefghij'] }), 'j', undefined],
  [column('string', { values: [...'abcdefghij'] }), 'k', 'value: expected one of 10 values such as "a", got "k"'],
  [column('boolean', { values: [true] }), false, 'value: expected true, got false'],
  [column('int64', { values: [1, '9007199254740993'] }), '1', undefined],
  [column('int64', { values: [1, '9007199254740993'] }), 9_007_199_254_740_993n, undefined],
  [column('int64', { values: [1] }), '2', 'value: expected 1, got "2"'],
  [column('float64', { values: [0, 0.5] }), 0.5, undefined],

  [column('uint8', { shape: [2, -1] }), [[], [1, 2, 3]], undefined],
  [
    column('uint8', { shape: [2, 2] }),
    [
      [1, 2],
      [3, 4],
    ],
    undefined,
  ],
  [column('uint8', { shape: [2, 2] }), [[1, 2]], 'shape: expected the shape [2, 2], got [1, 2]'],
  [column('uint8', { shape: [2, 2] }), [[1, 2], [3]], 'shape: expected the shape [2, 2], got [2, 2]'],
  [column('uint8', { shape: [-1] }), 7, 'shape: expected the shape [-1], got 7'],
  [column('uint8', { shape: [2] }), [[1], [2]], 'type: expected uint8, got a list'],
  [column('uint8', { shape: [2, 1] }), [[1], [256]], 'type: expected uint8 of 0 to 255, got 256'],
  [column('uint8', { shape: [2] }), [1, null], 'type: expected uint8, got null'],
  [column('float32', { shape: [3], max: 1 }), new Float32Array([0, 0.5, 1]), undefined],
  [column('float32', { shape: [3], max: 1 }), new Float32Array([0, 2, 1]), 'range: expected at most 1, got 2'],
  [column('float32', { shape: [3] }), new DataView(new ArrayBuffer(3)), 'shape: expected the shape [3], got an object'],
  [column('string', { shape: [-1], values: ['a'] }), ['a', 'b'], 'value: expected "a", got "b"'],
  [column('float64', { shape: [] }), 7, undefined],
  [column('float64', { shape: [2], nullable: true }), null, undefined],
];

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? 'nothing';

const TOLD = VALUES.map(([of, value, fault]) => [`${shown(of)} with ${shown(value)}`, of, value, fault] as const);

describe('what is wrong with a value is told', () => {
  it.each(TOLD)('%s', (_, of, value, fault) => {
    expect(faultOf(of, value)).toEqual(fault);
  });
});

const contract = contractOf(
  { name: 'amount', type: 'float64', nullable: false, min: 0 },
  { name: 'country', type: 'string', nullable: false, values: ['DE', 'FR'] },
  { name: 'age', type: 'int32', nullable: true },
);
const check = compile(contract);
const nothing = { missing: 0, unexpected: 0, type: 0, null: 0, range: 0, value: 0, shape: 0 };

describe('a check', () => {
  it('finds nothing in rows that fit, however they are sent, in whatever order', () => {
    const records = [
      { amount: 1, country: 'DE', age: 30 },
      { age: null, country: 'FR', amount: 0 },
      { country: 'DE', amount: 2 },
    ];
    const table = {
      columns: ['age', 'amount', 'country'],
      data: [
        [30, 1, 'DE'],
        [null, 0, 'FR'],
      ],
    };

    expect(check(records)).toEqual({ valid: true, rows: 3, total: 0, counts: nothing, violations: [] });
    expect(check(table)).toEqual({ valid: true, rows: 2, total: 0, counts: nothing, violations: [] });
    expect(check([]).valid).toBe(true);
  });

  it('finds every violation of records, with column and row, in the order of the rows', () => {
    const records = [
      { amount: -1, country: 'AT', age: 'old', more: 1 },
      { amount: null, age: null },
      'amount',
      null,
      [1, 'DE', 30],
    ];
    expect(check(records)).toEqual({
      valid: false,
      rows: 5,
      total: 9,
      counts: { ...nothing, range: 1, value: 1, type: 4, unexpected: 1, null: 1, missing: 1 },
      violations: [
        { kind: 'range', row: 0, column: 'amount', message: 'expected 0 or more, got -1' },
        { kind: 'value', row: 0, column: 'country', message: 'expected "DE" or "FR", got "AT"' },
        { kind: 'type', row: 0, column: 'age', message: 'expected int32, got "old"' },
        { kind: 'unexpected', row: 0, column: 'more', message: 'is not in the schema' },
        { kind: 'null', row: 1, column: 'amount', message: 'expected float64, got null' },
        { kind: 'missing', row: 1, column: 'country', message: 'expected string, got nothing' },
        { kind: 'type', row: 2, message: 'expected a row, got "amount"' },
        { kind: 'type', row: 3, message: 'expected a row, got null' },
        { kind: 'type', row: 4, message: 'expected a row, got a list' },
      ],
    });
  });

  it('tells of a table once which columns it lacks and which nobody knows, and row by row the rest', () => {
    const table = {
      columns: ['amount', 'more', 'amount', 'age'],
      data: [[1, 'x', 2, 30], [-1, 'x', 2], [1, 'x', 2, 30, 5], { amount: 1 }],
    };
    expect(check(table)).toMatchObject({
      rows: 4,
      total: 6,
      violations: [
        { kind: 'unexpected', column: 'more', message: 'is not in the schema' },
        { kind: 'unexpected', column: 'amount', message: 'is not in the schema' },
        { kind: 'missing', column: 'country', message: 'expected string, got nothing' },
        { kind: 'range', row: 1, column: 'amount' },
        { kind: 'unexpected', row: 2, column: '[4]' },
        { kind: 'type', row: 3, message: 'expected a row, got an object' },
      ],
    });
    expect(check(table).violations[0]).not.toHaveProperty('row');
  });

  it('tells the first 100 violations, and counts all of them by their kind', () => {
    const records = Array.from({ length: 1_000 }, () => ({ amount: 'x', country: null }));
    const { total, counts, violations } = check(records);

    expect({ total, counts }).toEqual({ total: 2_000, counts: { ...nothing, type: 1_000, null: 1_000 } });
    expect(violations).toHaveLength(100);
    expect(violations.at(-1)).toMatchObject({ row: 49, column: 'country' });
    expect(Object.keys(counts).sort()).toEqual([...FAULTS].sort());
  });

  it('is of the outputs, or of the params, where that is asked', () => {
    const whole: Contract = {
      inputs: [],
      outputs: [column('float64')],
      params: [{ ...column('int8'), name: 'k', default: 3 }],
    };
    const found = (side: 'outputs' | 'params', rows: Rows) =>
      compile(whole, side)(rows).violations.map(({ kind }) => kind);

    expect(found('outputs', [{ a: 1 }, {}])).toEqual(['missing']);
    expect(found('params', [{}, { k: 5 }, { k: null }, { k: 'x' }, { j: 1 }])).toEqual(['type', 'unexpected']);
    expect(compile({ inputs: [], outputs: [] }, 'params')([{}]).valid).toBe(true);
  });

  it('cannot be made of a type that is spelled otherwise: what the registry keeps never is', () => {
    const spelled = contractOf({ ...column('float64'), type: 'double' as ColumnType });

    expect(() => compile(spelled)).toThrow(/^expected a type of Signet, such as float64, got double/);
  });

  it('is not led deep into lists of lists', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const lists = compile(contractOf(column('int8'), { ...column('int8', { shape: [1, 2] }), name: 'b' }));

    expect(lists([{ a: deep, b: deep }]).violations.map(({ message }) => message)).toEqual([
      'expected int8, got a list',
      'expected the shape [1, 2], got [1, 1, 1, 1, 1, 1, 1, 1, …]',
    ]);
  });

  it('sees the fields that a record has itself, as JSON would send them', () => {
    const country = Object.create({ amount: 1, more: 1 }, { country: { value: 'DE', enumerable: true } });

    expect(check([country])).toMatchObject({ total: 1, violations: [{ kind: 'missing', row: 0, column: 'amount' }] });
  });

  it('is not misled by names that JavaScript objects are born with, nor by fields that are undefined', () => {
    const born = compile(contractOf({ name: 'toString', type: 'string', nullable: false }));

    expect(born([{}]).counts.missing).toBe(1);
    expect(born([{ toString: undefined }]).counts.missing).toBe(1);
    expect(check([{ amount: 1, country: 'DE', valueOf: 1 }]).counts.unexpected).toBe(1);
    expect(check(JSON.parse('[{"amount":1,"country":"DE","__proto__":1}]')).counts.unexpected).toBe(1);
  });
});
