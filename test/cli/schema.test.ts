import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistry, demandNothing, type World } from './registry.ts';

let world: World;
const read = (...words: string[]) => world.as('reader', ...words);

const SCHEMAS = [
  {
    inputs: [
      { name: 'amount', type: 'float64', min: 0 },
      { name: 'country', type: 'string', values: ['DE', 'FR'] },
    ],
  },
  {
    inputs: [
      { name: 'amount', type: 'float64' },
      { name: 'country', type: 'string', values: ['DE', 'FR', 'AT'] },
      { name: 'age', type: 'int32' },
    ],
    outputs: [{ name: 'score', type: 'float32', max: 1 }],
  },
];

const GOOD = [
  { amount: 1, country: 'DE' },
  { amount: 0, country: 'FR' },
];
const BAD = [{ amount: -1, country: 'AT' }, { country: 'DE' }];

beforeAll(async () => {
  world = await aRegistry();
  await demandNothing(world);
  for (const [at, schema] of SCHEMAS.entries()) {
    const json = ['--model', 'fraud', '--create', '--schema', JSON.stringify(schema)];
    await world.write('.', { 'model.bin': `version ${at}` });
    expect(await world.as('publisher', 'push', 'model.bin', ...json)).toMatchObject({ code: 0 });
  }
  await world.write('.', { 'bare.bin': 'bytes' });
  await world.as('publisher', 'push', 'bare.bin', '--model', 'bare', '--create');
  await world.as('releaser', 'promote', 'fraud:1', '--to', 'staging');
  await world.as('releaser', 'promote', 'fraud:1', '--to', 'production');
  await world.as('releaser', 'set-alias', 'fraud', 'next', '2');
  await world.write('.', {
    'good.json': JSON.stringify(GOOD),
    'good.jsonl': `${GOOD.map((row) => JSON.stringify(row)).join('\r\n')}\n\n`,
    'records.json': JSON.stringify({ records: GOOD }),
    'table.json': JSON.stringify({
      columns: ['country', 'amount'],
      data: [
        ['DE', 1],
        ['FR', 0],
      ],
    }),
    'split.json': JSON.stringify({
      dataframe_split: {
        columns: ['country', 'amount'],
        data: [
          ['DE', 1],
          ['FR', 0],
        ],
      },
    }),
    'frame.json': JSON.stringify({ dataframe_records: GOOD }),
    'good.csv': '\ufeffcountry,amount\r\nDE,1\r\n"FR",0.5e1\r\n',
    'bad.csv': 'amount,country,more\nmuch,DE,1\n,AT,2\n',
    'torn.csv': 'amount,country\n1,"DE\n',
    'short.csv': 'amount,country\n1\n',
    'bad.json': JSON.stringify(BAD),
    'answers.json': JSON.stringify([{ score: 0.5 }, { score: 2 }]),
    'broken.json': '{"amount": ',
    'broken.jsonl': '{"amount": 1}\n{"amount": \n',
    'number.json': '7',
    'half.json': JSON.stringify({ columns: ['amount'] }),
    'empty.json': '',
  });
});

afterAll(() => world[Symbol.asyncDispose]());

describe('a check of rows', () => {
  it.each(['good.json', 'good.jsonl', 'records.json', 'table.json', 'split.json', 'frame.json', 'good.csv'])(
    'finds that %s fits what is in production',
    async (file) => {
      expect(await read('check', file, '--model', 'fraud')).toEqual({
        code: 0,
        output: 'fits: 2 rows, the inputs of fraud version 1.\n',
        messages: '',
      });
    },
  );

  it('takes rows from standard input', async () => {
    const words = ['check', '-', '--model', 'fraud:1'];
    const printed = await world.person.signet(words, {
      input: JSON.stringify(GOOD),
      env: { SIGNET_PROFILE: 'reader' },
    });

    expect(printed).toMatchObject({ code: 0, output: expect.stringContaining('fits: 2 rows') });
  });

  it('shows every violation by row and column, and ends as a verification that failed', async () => {
    const { code, output, messages } = await read('check', 'bad.json', '--model', 'fraud:1');

    expect(code).toBe(EXIT_CODES.refused.code);
    expect(output).toBe(
      [
        'ROW  COLUMN   KIND     WHAT IS WRONG',
        '0    amount   range    expected 0 or more, got -1',
        '0    country  value    expected "DE" or "FR", got "AT"',
        '1    amount   missing  expected float64, got nothing',
        '',
        '3 violations in 2 rows of the inputs of fraud version 1: 1 missing, 1 range, 1 value.',
        '',
      ].join('\n'),
    );
    expect(messages).toBe('signet: bad.json does not fit: 3 violations.\n');
  });

  it('is JSON where that is asked for, whatever it found', async () => {
    const good = await read('check', 'good.json', '--model', 'fraud', '--json');
    const bad = await read('check', 'bad.json', '--model', 'fraud', '--json');

    expect(JSON.parse(good.output)).toMatchObject({ model: 'fraud', version: 1, side: 'inputs', valid: true, rows: 2 });
    expect(JSON.parse(bad.output)).toMatchObject({ valid: false, total: 3, violations: { length: 3 } });
    expect(JSON.parse(bad.messages)).toMatchObject({ code: 'refused', exitCode: 1 });
  });

  it('is of another version, and of its answers, where that is said; and under `schema` too', async () => {
    const { code, output } = await read(
      'schema',
      'check',
      'answers.json',
      '--model',
      'fraud@next',
      '--side',
      'outputs',
    );

    expect(code).toBe(EXIT_CODES.refused.code);
    expect(output).toContain('expected at most 1, got 2');
    expect(output).toContain('the outputs of fraud version 2');
  });

  it('takes the texts of CSV for what their columns are, and nothing else', async () => {
    const { output } = await read('check', 'bad.csv', '--model', 'fraud:1', '--json');

    expect(JSON.parse(output).violations).toEqual([
      { kind: 'unexpected', column: 'more', message: 'is not in the schema' },
      { kind: 'type', row: 0, column: 'amount', message: 'expected float64, got "much"' },
      { kind: 'null', row: 1, column: 'amount', message: 'expected float64, got null' },
      { kind: 'value', row: 1, column: 'country', message: 'expected "DE" or "FR", got "AT"' },
    ]);
  });

  it('shows a hundred violations, and says that there are more', async () => {
    await world.write('.', {
      'many.json': JSON.stringify(Array.from({ length: 150 }, () => ({ amount: 1, country: null }))),
    });
    const { output } = await read('check', 'many.json', '--model', 'fraud');

    expect(output.split('\n')).toHaveLength(104);
    expect(output).toContain(
      '150 violations in 150 rows of the inputs of fraud version 1: 150 null. The first 100 are shown.',
    );
  });

  it.each([
    ['absent.json', 'local', 'no such file'],
    ['broken.json', 'usage', 'broken.json: expected JSON'],
    ['broken.jsonl', 'usage', 'broken.jsonl, line 2: expected JSON'],
    ['empty.json', 'usage', 'empty.json: expected JSON'],
    ['number.json', 'usage', 'number.json: expected records, or columns and data.'],
    ['half.json', 'usage', 'half.json: expected records, or columns and data.'],
    ['torn.csv', 'usage', 'torn.csv: expected CSV with a header: Quote Not Closed'],
    ['short.csv', 'usage', 'short.csv: expected CSV with a header: Invalid Record Length'],
  ] as const)('of %s ends as %s, and says why', async (file, ending, message) => {
    const { code, output, messages } = await read('check', file, '--model', 'fraud');

    expect({ code, output }).toEqual({ code: EXIT_CODES[ending].code, output: '' });
    expect(messages).toContain(message);
  });

  it('says what to do where the version has no schema, and where nothing is in production', async () => {
    const bare = await read('check', 'good.json', '--model', 'bare:1');
    const empty = await read('check', 'good.json', '--model', 'bare');

    expect([bare.code, empty.code]).toEqual([EXIT_CODES.absent.code, EXIT_CODES.absent.code]);
    expect(bare.messages).toContain('bare version 1 was registered without a schema.');
    expect(bare.messages).toContain('--schema @schema.json');
  });
});

describe('a comparison of schemas', () => {
  it('shows what another version would change to those who use what is in production', async () => {
    const { code, output } = await read('schema', 'diff', 'fraud', '@next');

    expect(code).toBe(0);
    expect(output).toBe(`fraud version 1 to version 2

SIDE     COLUMN   WHAT            FROM    TO                                            BREAKS
inputs   amount   range widened   min=0                                                 forward
inputs   country  values widened  DE, FR  DE, FR, AT                                    forward
inputs   age      added                   name=age type=int32 nullable=false            backward, forward
outputs  score    added                   name=score type=float32 nullable=false max=1  forward

broken  backward: whoever calls the first can call the second
broken  forward: whoever calls the second can go back to the first
`);
  });

  it('ends as refused where a promise is asked for that does not hold', async () => {
    const refused = await read('schema', 'diff', 'fraud:1', '2', '--mode', 'backward');
    const kept = await read('schema', 'diff', 'fraud:1', '1', '--mode', 'full');

    expect(refused).toMatchObject({
      code: EXIT_CODES.refused.code,
      messages: 'signet: fraud version 1 to version 2: not backward compatible.\n',
    });
    expect(kept).toMatchObject({ code: 0, output: expect.stringContaining('No difference.') });
  });

  it('compares with a schema in a file that no version has yet, and answers JSON', async () => {
    const schema = {
      inputs: [
        { name: 'amount', type: 'Float64' },
        { name: 'country', type: 'string', nullable: true },
      ],
    };
    await world.write('.', { 'new.json': JSON.stringify(schema) });
    const { code, output } = await read(
      'schema',
      'diff',
      'fraud',
      '--schema',
      '@new.json',
      '--mode',
      'backward',
      '--json',
    );

    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ model: 'fraud', version: 1, backward: true, forward: false });
    const told = await read('schema', 'diff', 'fraud', '--schema', '@new.json');
    expect(told.output).toContain('fraud version 1 to the schema given\n');
  });

  it.each([[[]], [['2', '--schema', '{"inputs":[]}']]])('needs one thing to compare with: %j', async (words) => {
    const { code, messages } = await read('schema', 'diff', 'fraud', ...words);

    expect(code).toBe(EXIT_CODES.usage.code);
    expect(messages).toContain('nothing to compare with');
  });
});
