import { describe, expect, it } from 'vitest';
import { Column, NewSchema, Schema } from '../../shared/domain/schema.ts';
import { issuesOf } from '../../shared/http/field.ts';

interface Parser {
  safeParse(value: unknown): { error?: Parameters<typeof issuesOf>[0] | undefined };
}
const issuesIn = (schema: Parser, value: unknown) => {
  const { error } = schema.safeParse(value);
  return error ? issuesOf(error) : [];
};
const fieldsOf = (schema: Parser, value: unknown) => issuesIn(schema, value).map(({ field }) => field);

const column = { name: 'amount', type: 'float64' };

describe('a schema as it is kept', () => {
  it('has typed columns with what may be in them', () => {
    expect(
      Schema.parse({
        inputs: [
          { ...column, min: 0, max: 0 },
          { name: 'country', type: 'string', nullable: true, values: ['', 'AT', 7, false] },
          { name: 'pixels', type: 'uint8', shape: [-1, 28, 28] },
        ],
      }),
    ).toEqual({
      inputs: [
        { ...column, nullable: false, min: 0, max: 0 },
        { name: 'country', type: 'string', nullable: true, values: ['', 'AT', 7, false] },
        { name: 'pixels', type: 'uint8', nullable: false, shape: [-1, 28, 28] },
      ],
      outputs: [],
    });
  });

  it('may have a column of one name on either side', () => {
    expect(fieldsOf(Schema, { inputs: [column], outputs: [column] })).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['no inputs', {}, ['inputs']],
    ['a column twice', { inputs: [column, column] }, ['inputs']],
    ['an output twice', { inputs: [], outputs: [column, column] }, ['outputs']],
    ['1,001 columns', { inputs: Array.from({ length: 1_001 }, (_, n) => ({ ...column, name: `c${n}` })) }, ['inputs']],
    ['an unknown type', { inputs: [{ ...column, type: 'float' }] }, ['inputs[0].type']],
    ['a column without a name', { inputs: [{ type: 'string' }] }, ['inputs[0].name']],
    ['min above max', { inputs: [{ ...column, min: 2, max: 1 }] }, ['inputs[0].min']],
    ['a bound that is no number', { inputs: [{ ...column, min: Number.NaN }] }, ['inputs[0].min']],
    ['an unknown field', { inputs: [{ ...column, mean: 1 }] }, ['inputs[0].mean']],
    ['values of broken Unicode', { inputs: [{ ...column, values: ['\ud800'] }] }, ['inputs[0].values[0]']],
    ['values that are no single value', { inputs: [{ ...column, values: [[1]] }] }, ['inputs[0].values[0]']],
    ['1,001 values', { inputs: [{ ...column, values: Array(1_001).fill('x') }] }, ['inputs[0].values']],
    ['a dimension of length -2', { inputs: [{ ...column, shape: [-2] }] }, ['inputs[0].shape[0]']],
    ['nine dimensions', { inputs: [{ ...column, shape: Array(9).fill(1) }] }, ['inputs[0].shape']],
  ])('may not have %s, and the field is named', (_, schema, fields) => {
    expect(fieldsOf(Schema, schema)).toEqual(fields);
  });

  it.each([{ min: 1 }, { max: 1 }, {}])('may bound a column on one side alone: %j', (bounds) => {
    expect(fieldsOf(Column, { ...column, ...bounds })).toEqual([]);
  });
});

const kept = { name: 'amount', type: 'float64', nullable: false };

/** What is kept of a schema that was given. */
const keptOf = (given: unknown) => NewSchema.parse(given as Parameters<typeof NewSchema.parse>[0]);

describe('a schema as it is given', () => {
  it('is kept as it is, where it is in the words of this registry', () => {
    const schema = {
      inputs: [
        { ...kept, nullable: true, min: 0, max: 1e9 },
        { name: 'country', type: 'string', nullable: false, values: ['DE', 'FR'] },
        { name: 'since', type: 'date', nullable: false, min: '2020-02-29', max: '2030-01-01' },
        { name: 'at', type: 'timestamp', nullable: false, min: '2020-01-01T00:00:00Z' },
        { name: 'id', type: 'int64', nullable: false, max: '9223372036854775807', values: [1, '9007199254740993'] },
        { name: 'image', type: 'uint8', nullable: false, shape: [-1, 28, 28] },
      ],
      outputs: [{ ...kept, name: 'score' }],
      params: [{ ...kept, name: 'temperature', max: 2, default: 0.7 }],
    };
    expect(keptOf(schema)).toEqual(schema);
    expect(keptOf(keptOf(schema))).toEqual(schema);
  });

  it('is kept with the types of this registry, whatever they are called by NumPy, pandas or Arrow', () => {
    const columns = [
      { name: 'a', type: 'Int64' },
      { name: 'b', type: 'datetime64[ns, UTC]' },
      { name: 'c', type: 'large_list<item: float>' },
    ];
    expect(keptOf({ inputs: columns, outputs: [{ name: 'd', type: '<f4' }] })).toEqual({
      inputs: [
        { name: 'a', type: 'int64', nullable: false },
        { name: 'b', type: 'timestamp', nullable: false },
        { name: 'c', type: 'float32', nullable: false, shape: [-1] },
      ],
      outputs: [{ name: 'd', type: 'float32', nullable: false }],
    });
  });

  it('may be the signature of an MLmodel file, as it stands there', () => {
    const signature = {
      inputs:
        '[{"type": "double", "name": "amount", "required": true}, {"type": "float", "name": "age", "required": false}, {"type": "long", "name": "id", "optional": true}, {"type": "datetime", "name": "at", "required": true}, {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}, "name": "grid", "required": true}, {"type": "object", "properties": {"role": {"type": "string", "required": true}}, "name": "message", "required": true}, {"type": "map", "values": {"type": "string"}, "name": "labels", "required": true}, {"type": "any", "name": "extra", "required": false}, {"type": "sparkml_vector", "name": "features", "required": true}]',
      outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]',
      params:
        '[{"name": "temperature", "type": "float", "default": 0.5, "shape": null}, {"name": "stop", "type": "string", "default": ["a"], "shape": [-1]}]',
    };
    const named = (name: string, type: string, more = {}) => ({ name, type, nullable: false, ...more });
    expect(keptOf(signature)).toEqual({
      inputs: [
        named('amount', 'float64'),
        named('age', 'float32', { nullable: true }),
        named('id', 'int64', { nullable: true }),
        named('at', 'timestamp'),
        named('grid', 'int32', { shape: [-1, -1] }),
        named('message', 'json'),
        named('labels', 'json'),
        named('extra', 'json', { nullable: true }),
        named('features', 'float64', { shape: [-1] }),
      ],
      outputs: [named('0', 'int64')],
      params: [
        named('temperature', 'float32', { default: 0.5 }),
        named('stop', 'string', { shape: [-1], default: ['a'] }),
      ],
    });
  });

  it.each<[string, readonly unknown[], object]>([
    ['of any number of rows loses the dimension of rows', [-1, 28, 28], { shape: [28, 28] }],
    ['of one number for each row has no shape', [-1], {}],
    ['of a fixed length keeps it: a row is all that is sent at once', [1, 3], { shape: [1, 3] }],
    ['of any lengths keeps the others', [-1, -1, 3], { shape: [-1, 3] }],
  ])('with a tensor %s', (_, shape, more) => {
    const tensor = { name: 'image', type: 'tensor', 'tensor-spec': { dtype: 'uint8', shape } };
    expect(keptOf({ inputs: [tensor] }).inputs).toEqual([{ name: 'image', type: 'uint8', nullable: false, ...more }]);
  });

  it('may have tensors of any objects, sides that are null, and limits beside the words of MLflow', () => {
    const tensor = { name: 'a', type: 'tensor', 'tensor-spec': { dtype: 'object', shape: [-1] } };
    const column = { name: 'b', type: 'integer', required: true, min: 0, values: [1, 2] };
    expect(keptOf({ inputs: [tensor, column], outputs: null, params: null })).toEqual({
      inputs: [
        { name: 'a', type: 'json', nullable: false },
        { name: 'b', type: 'int32', nullable: false, min: 0, values: [1, 2] },
      ],
      outputs: [],
    });
  });

  const one = (more: object) => ({ inputs: [{ name: 'a', type: 'float64', ...more }] });
  const param = (more: object) => ({ inputs: [], params: [{ name: 'a', type: 'float64', ...more }] });
  const LIST = 'expected a list of columns, or the JSON of one as MLflow writes it';

  it.each<[string, unknown, string, unknown]>([
    [
      'a type of nobody',
      one({ type: 'number' }),
      'inputs[0].type',
      expect.stringMatching(/^expected a type such as .*, got number$/),
    ],
    [
      'an object of NumPy',
      one({ type: 'object' }),
      'inputs[0].type',
      expect.stringMatching(/json if they may be anything$/),
    ],
    ['a type that is no text', one({ type: 7 }), 'inputs[0].type', expect.anything()],
    [
      'a shape of its own beside that of its type',
      one({ type: 'list<item: double>', shape: [3] }),
      'inputs[0].shape',
      'expected none: list<item: double> has one',
    ],
    ['JSON that is none', { inputs: '[{' }, 'inputs', LIST],
    ['JSON that is no list', { inputs: [], outputs: '{}' }, 'outputs', LIST],
    ['params that are a number', { inputs: [], params: 5 }, 'params', expect.anything()],
    ['a column that is a text', { inputs: ['amount'] }, 'inputs[0]', expect.anything()],
    ['another side', { inputs: [], weights: [] }, 'weights', expect.anything()],
    ['inputs that are null', { inputs: null }, 'inputs', expect.anything()],
    ['no object', 'amount: float64', '', expect.anything()],
    [
      'a tensor without a shape',
      one({ type: 'tensor', 'tensor-spec': { dtype: 'uint8' } }),
      'inputs[0].tensor-spec.shape',
      'expected a list of lengths',
    ],
    [
      'a tensor of what nobody knows',
      one({ type: 'tensor', 'tensor-spec': { dtype: 'complex64', shape: [-1] } }),
      'inputs[0].tensor-spec.dtype',
      expect.stringMatching(/two columns/),
    ],
    [
      'a tensor that says nothing of itself',
      one({ type: 'tensor', required: true }),
      'inputs[0].type',
      expect.stringMatching(/got tensor$/),
    ],
    [
      'an array of what nobody knows',
      one({ type: 'array', items: { type: 'decimal' } }),
      'inputs[0].items.type',
      expect.stringMatching(/^expected float64/),
    ],
    [
      'an array without end',
      { inputs: `[${'{"name":"a","type":"array","items":'.repeat(20_000)}{}${'}'.repeat(20_000)}]` },
      'inputs[0]',
      'expected at most 8 dimensions',
    ],
    ['a minimum of a text', one({ type: 'string', min: 1 }), 'inputs[0].min', 'expected none: string has no order'],
    [
      'a maximum of a truth value',
      one({ type: 'boolean', max: 1 }),
      'inputs[0].max',
      'expected none: boolean has no order',
    ],
    ['a number before a date', one({ type: 'date', min: 2020 }), 'inputs[0].min', 'expected a bound of type date'],
    [
      'a day that there is not',
      one({ type: 'date', max: '2026-02-29' }),
      'inputs[0].max',
      'expected a bound of type date',
    ],
    ['a text above a number', one({ max: '5' }), 'inputs[0].max', 'expected a bound of type float64'],
    [
      'dates in the wrong order',
      one({ type: 'date', min: '2026-01-02', max: '2026-01-01' }),
      'inputs[0].min',
      'expected min to be at most max',
    ],
    [
      'values of another type',
      one({ type: 'int8', values: [1, 300] }),
      'inputs[0].values[1]',
      'expected a value of type int8',
    ],
    ['no values at all', one({ values: [] }), 'inputs[0].values', 'expected at least one value'],
    ['one value twice', one({ values: [1, 2, 1] }), 'inputs[0].values', 'expected each value once'],
    [
      'one number of 64 bits in two spellings',
      one({ type: 'int64', values: [1, '1', '01'] }),
      'inputs[0].values',
      'expected each value once',
    ],
    [
      'values of moments',
      one({ type: 'timestamp', values: ['2026-01-01T00:00Z'] }),
      'inputs[0].values',
      'expected none: values of timestamp cannot be listed',
    ],
    [
      'a default of another type',
      param({ default: 'hot' }),
      'params[0].default',
      'expected a value of type float64 that fits',
    ],
    [
      'a default out of its range',
      param({ max: 1, default: 2 }),
      'params[0].default',
      'expected a value of type float64 that fits',
    ],
    [
      'a default of another shape',
      param({ shape: [2], default: [1] }),
      'params[0].default',
      'expected a list of float64 that fits the shape',
    ],
    [
      'a default that is an object',
      param({ type: 'json', default: {} }),
      'params[0].default',
      'expected a single value, a list of them, or null',
    ],
    ['a param twice', { inputs: [], params: [column, column] }, 'params', 'expected each column name once'],
  ])('may not have %s, and the field is named', (_, schema, field, message) => {
    expect(issuesIn(NewSchema, schema)).toEqual([{ field, message }]);
  });
});
