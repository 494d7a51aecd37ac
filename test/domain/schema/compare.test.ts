import { describe, expect, it } from 'vitest';
import type { Column, Contract } from '../../../shared/domain/schema/column.ts';
import { compareSchemas, MODES, verdict } from '../../../shared/domain/schema/compare.ts';

const base: Column = { name: 'a', type: 'int32', nullable: false };
const of = (over: Partial<Column>): Column => ({ ...base, ...over });
const inputs = (...columns: Column[]): Contract => ({ inputs: columns, outputs: [] });
const outputs = (...columns: Column[]): Contract => ({ inputs: [], outputs: columns });
const params = (...columns: Column[]): Contract => ({ inputs: [], outputs: [], params: columns });

/** B where backward compatibility holds, F where forward does; both together are full. */
type Verdict = 'BF' | 'B-' | '-F' | '--';

/** What a column was and is, the differences, and what holds where it is an input and where it is an output. */
type Row = readonly [
  from: Partial<Column>,
  to: Partial<Column>,
  differences: string,
  ofInput: Verdict,
  ofOutput: Verdict,
];

const COLUMNS: readonly Row[] = [
  [{}, {}, '', 'BF', 'BF'],

  // A type that holds all that the other does.
  [{ type: 'int8' }, { type: 'int16' }, 'type widened', 'B-', '-F'],
  [{ type: 'int32' }, { type: 'int64' }, 'type widened', 'B-', '-F'],
  [{ type: 'int64' }, { type: 'int32' }, 'type narrowed', '-F', 'B-'],
  [{ type: 'uint8' }, { type: 'int16' }, 'type widened', 'B-', '-F'],
  [{ type: 'uint32' }, { type: 'int64' }, 'type widened', 'B-', '-F'],
  [{ type: 'uint8' }, { type: 'uint64' }, 'type widened', 'B-', '-F'],
  [{ type: 'uint64' }, { type: 'uint8' }, 'type narrowed', '-F', 'B-'],
  [{ type: 'int8' }, { type: 'float16' }, 'type widened', 'B-', '-F'],
  [{ type: 'int16' }, { type: 'float32' }, 'type widened', 'B-', '-F'],
  [{ type: 'int32' }, { type: 'float64' }, 'type widened', 'B-', '-F'],
  [{ type: 'float16' }, { type: 'float32' }, 'type widened', 'B-', '-F'],
  [{ type: 'float32' }, { type: 'float64' }, 'type widened', 'B-', '-F'],
  [{ type: 'float64' }, { type: 'float32' }, 'type narrowed', '-F', 'B-'],
  [{ type: 'float64' }, { type: 'int32' }, 'type narrowed', '-F', 'B-'],
  [{ type: 'string' }, { type: 'json' }, 'type widened', 'B-', '-F'],
  [{ type: 'json' }, { type: 'timestamp' }, 'type narrowed', '-F', 'B-'],

  // Types of which neither holds all of the other.
  [{ type: 'int8' }, { type: 'uint8' }, 'type changed', '--', '--'],
  [{ type: 'uint32' }, { type: 'int32' }, 'type changed', '--', '--'],
  [{ type: 'int32' }, { type: 'float32' }, 'type changed', '--', '--'],
  [{ type: 'int64' }, { type: 'float64' }, 'type changed', '--', '--'],
  [{ type: 'int64' }, { type: 'uint64' }, 'type changed', '--', '--'],
  [{ type: 'boolean' }, { type: 'int8' }, 'type changed', '--', '--'],
  [{ type: 'string' }, { type: 'float64' }, 'type changed', '--', '--'],
  [{ type: 'string' }, { type: 'binary' }, 'type changed', '--', '--'],
  [{ type: 'date' }, { type: 'timestamp' }, 'type changed', '--', '--'],
  [{ type: 'date' }, { type: 'string' }, 'type changed', '--', '--'],

  [{}, { nullable: true }, 'nullable widened', 'B-', '-F'],
  [{ nullable: true }, {}, 'nullable narrowed', '-F', 'B-'],

  [{}, { min: 0 }, 'range narrowed', '-F', 'B-'],
  [{ min: 0 }, {}, 'range widened', 'B-', '-F'],
  [{ min: 0 }, { min: -1 }, 'range widened', 'B-', '-F'],
  [{ min: 0 }, { min: 1 }, 'range narrowed', '-F', 'B-'],
  [{ max: 9 }, { max: 10 }, 'range widened', 'B-', '-F'],
  [{ max: 10 }, { max: 9 }, 'range narrowed', '-F', 'B-'],
  [{ min: 0, max: 9 }, { min: 0, max: 10 }, 'range widened', 'B-', '-F'],
  [{ min: 0, max: 9 }, { min: 1, max: 8 }, 'range narrowed', '-F', 'B-'],
  [{ min: 0, max: 9 }, { min: 1, max: 10 }, 'range changed', '--', '--'],
  [{ min: 0 }, { max: 0 }, 'range changed', '--', '--'],
  // What the type says anyway changes nothing.
  [{ type: 'uint8' }, { type: 'uint8', min: 0 }, 'range equivalent', 'BF', 'BF'],
  [{ type: 'uint8' }, { type: 'uint8', max: 255 }, 'range equivalent', 'BF', 'BF'],
  [{ type: 'int8', max: 1_000 }, { type: 'int8' }, 'range equivalent', 'BF', 'BF'],
  [{ type: 'uint8' }, { type: 'int16', min: 0, max: 255 }, 'type widened, range equivalent', 'B-', '-F'],
  [{ type: 'int64' }, { type: 'int64', max: 2 ** 53 }, 'range narrowed', '-F', 'B-'],
  [{ type: 'int64', max: 2 ** 53 }, { type: 'int64', max: '9007199254740993' }, 'range widened', 'B-', '-F'],
  [{ type: 'date', min: '2020-01-01' }, { type: 'date', min: '2019-12-31' }, 'range widened', 'B-', '-F'],
  [
    { type: 'timestamp', max: '2020-01-01T00:00Z' },
    { type: 'timestamp', max: '2020-01-01T01:00+01:00' },
    'range equivalent',
    'BF',
    'BF',
  ],
  // A wider type does not make up for a narrower range.
  [{ type: 'int32' }, { type: 'int64', min: 0 }, 'type widened, range narrowed', '--', '--'],
  [{ type: 'int64', min: 0 }, { type: 'int32', min: 0 }, 'type narrowed', '-F', 'B-'],

  [{}, { values: [1, 2] }, 'values narrowed', '-F', 'B-'],
  [{ values: [1, 2] }, {}, 'values widened', 'B-', '-F'],
  [{ values: [1, 2] }, { values: [1, 2, 3] }, 'values widened', 'B-', '-F'],
  [{ values: [1, 2] }, { values: [1] }, 'values narrowed', '-F', 'B-'],
  [{ values: [1, 2] }, { values: [2, 3] }, 'values changed', '--', '--'],
  [{ values: [1, 2] }, { values: [2, 1] }, 'values equivalent', 'BF', 'BF'],
  // A number of 64 bits is the same, however it is written.
  [{ type: 'int64', values: [1, '2'] }, { type: 'int64', values: ['01', 2] }, 'values equivalent', 'BF', 'BF'],
  [{ type: 'uint64', values: ['1'] }, { type: 'uint64', values: [1, 2] }, 'values widened', 'B-', '-F'],
  [{ type: 'int8', values: [1] }, { type: 'int64', values: ['1'] }, 'type widened, values equivalent', 'B-', '-F'],
  [{ type: 'string', values: ['1'] }, { type: 'string', values: ['01'] }, 'values changed', '--', '--'],

  [{ shape: [3] }, { shape: [-1] }, 'shape widened', 'B-', '-F'],
  [{ shape: [-1, 28] }, { shape: [28, 28] }, 'shape narrowed', '-F', 'B-'],
  [{ shape: [3] }, { shape: [4] }, 'shape changed', '--', '--'],
  [{ shape: [-1, 3] }, { shape: [3, -1] }, 'shape changed', '--', '--'],
  [{ shape: [3] }, { shape: [3, 1] }, 'shape changed', '--', '--'],
  [{}, { shape: [1] }, 'shape changed', '--', '--'],
  [{ shape: [1] }, {}, 'shape changed', '--', '--'],
  [{}, { shape: [] }, 'shape equivalent', 'BF', 'BF'],
  // Whatever JSON is, a list of any shape is it too.
  [{ shape: [3] }, { type: 'json' }, 'type widened, shape widened', 'B-', '-F'],
  [{ type: 'json' }, { type: 'json', shape: [3] }, 'shape narrowed', '-F', 'B-'],

  // Several at once.
  [{ nullable: true, max: 9 }, { max: 10 }, 'nullable narrowed, range widened', '--', '--'],
  [
    { type: 'int8', max: 9 },
    { type: 'int16', max: 10, nullable: true },
    'type widened, nullable widened, range widened',
    'B-',
    '-F',
  ],
];

const other = of({ name: 'b' });
const optional = of({ name: 'b', nullable: true });

/** Columns that come, go, or are called otherwise. */
const SETS: readonly (readonly [Contract, Contract, string, Verdict])[] = [
  // Callers who go on as before lack a new input, unless it may be left out; those who go back send one too many.
  [inputs(base), inputs(base, other), 'b: column added', '--'],
  [inputs(base), inputs(base, optional), 'b: column added', 'B-'],
  [inputs(base, other), inputs(base), 'b: column removed', '--'],
  [inputs(base, optional), inputs(base), 'b: column removed', '-F'],
  // Readers pass over what they do not know.
  [outputs(base), outputs(base, other), 'b: column added', 'B-'],
  [outputs(base), outputs(base, optional), 'b: column added', 'BF'],
  [outputs(base, other), outputs(base), 'b: column removed', '-F'],
  [outputs(base, optional), outputs(base), 'b: column removed', 'BF'],

  [inputs(base), inputs(other), 'a: column renamed', '--'],
  [outputs(base), outputs(other), 'a: column renamed', '--'],
  [outputs(of({ nullable: true })), outputs(optional), 'a: column renamed', 'BF'],
  // Which of them it was nobody can tell.
  [inputs(base), inputs(other, of({ name: 'c' })), 'a: column removed; b: column added; c: column added', '--'],
  [inputs(base, of({ name: 'c' })), inputs(other), 'a: column removed; c: column removed; b: column added', '--'],
  // One that is another in anything is no new name of the old one.
  ...([{ type: 'string' }, { nullable: true }, { min: 1 }, { max: 1 }, { values: [1] }, { shape: [2] }] as const).map(
    (over) =>
      [
        outputs(base),
        outputs(of({ name: 'b', ...over })),
        'a: column removed; b: column added',
        'nullable' in over ? '-F' : '--',
      ] as const,
  ),
  [inputs(base, other), inputs(other, base), '', 'BF'],

  // A param has a default: nobody need send it.
  [params(), params(base), 'a: column added', 'B-'],
  [params(base), params(), 'a: column removed', '-F'],
  [params(base), params(of({ type: 'int64' })), 'a: type widened', 'B-'],
  [{ inputs: [], outputs: [] }, params(base), 'a: column added', 'B-'],
  [
    { inputs: [], outputs: [], params: [{ ...base, default: 1 }] },
    { inputs: [], outputs: [], params: [{ ...base, default: 2 }] },
    'a: default equivalent',
    'BF',
  ],

  [
    { inputs: [base], outputs: [other] },
    { inputs: [of({ nullable: true })], outputs: [optional] },
    'a: nullable widened; b: nullable widened',
    '--',
  ],
];

const verdictOf = (from: Contract, to: Contract): string =>
  (['backward', 'forward'] as const)
    .map((mode) => (verdict(from, to, mode).compatible ? mode.charAt(0).toUpperCase() : '-'))
    .join('');

const aspects = (from: Contract, to: Contract): string =>
  compareSchemas(from, to)
    .map(({ aspect, change }) => `${aspect} ${change}`)
    .join(', ');

describe('a column that was one thing and is another', () => {
  it('is compared in more than 60 ways', () => {
    expect(COLUMNS.length + SETS.length).toBeGreaterThan(60);
  });

  it.each(COLUMNS)('from %j to %j: %s', (before, after, differences, ofInput, ofOutput) => {
    const [from, to] = [of(before), of(after)];

    expect(aspects(inputs(from), inputs(to))).toBe(differences);
    expect(verdictOf(inputs(from), inputs(to))).toBe(ofInput);
    expect(verdictOf(outputs(from), outputs(to))).toBe(ofOutput);
    expect(verdictOf(params(from), params(to))).toBe(
      differences === 'nullable widened' || differences === 'nullable narrowed'
        ? 'BF'
        : verdictOf(inputs({ ...from, nullable: true }), inputs({ ...to, nullable: true })),
    );
  });
});

describe('columns', () => {
  it.each(SETS)('%# of %j to %j: %s', (from, to, differences, expected) => {
    const found = compareSchemas(from, to).map(({ column, aspect, change }) => `${column}: ${aspect} ${change}`);

    expect(found.join('; ')).toBe(differences);
    expect(verdictOf(from, to)).toBe(expected);
    expect(verdict(from, to, 'full').compatible).toBe(expected === 'BF');
  });
});

describe('a difference', () => {
  it('says where it is, what was and what is, and what it breaks', () => {
    const from = { inputs: [of({ min: 0 }), other], outputs: [of({ name: 'score', type: 'float32' })] };
    const to = {
      inputs: [of({ min: 1, max: 9 }), of({ name: 'c' }), optional].slice(0, 2),
      outputs: [of({ name: 'score', type: 'float64' })],
    };

    expect(compareSchemas(from, to)).toEqual([
      {
        side: 'inputs',
        column: 'a',
        aspect: 'range',
        change: 'narrowed',
        from: { min: 0 },
        to: { min: 1, max: 9 },
        breaks: ['backward'],
      },
      {
        side: 'inputs',
        column: 'b',
        aspect: 'column',
        change: 'renamed',
        from: 'b',
        to: 'c',
        breaks: ['backward', 'forward'],
      },
      {
        side: 'outputs',
        column: 'score',
        aspect: 'type',
        change: 'widened',
        from: 'float32',
        to: 'float64',
        breaks: ['backward'],
      },
    ]);
  });

  it('shows a column that came or went as it is', () => {
    expect(compareSchemas(inputs(base), inputs(base, optional))).toEqual([
      { side: 'inputs', column: 'b', aspect: 'column', change: 'added', to: optional, breaks: ['forward'] },
    ]);
    expect(compareSchemas(inputs(of({ min: undefined })), inputs())).toEqual([
      { side: 'inputs', column: 'a', aspect: 'column', change: 'removed', from: base, breaks: ['backward', 'forward'] },
    ]);
  });
});

describe('a verdict', () => {
  it.each(MODES)('of %s names what breaks it, and nothing else', (mode) => {
    const from = inputs(of({ min: 0 }), of({ name: 'b' }));
    const to = inputs(of({ min: 1 }), of({ name: 'b', nullable: true }));
    const broken = { backward: ['range'], forward: ['nullable'], full: ['range', 'nullable'] }[mode];

    expect(verdict(from, to, mode).broken.map(({ aspect }) => aspect)).toEqual(broken);
    expect(verdict(from, from, mode)).toEqual({ compatible: true, broken: [] });
  });
});
