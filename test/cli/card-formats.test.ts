import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { cardFrom, cardIn, type Format } from '../../cli/card/formats.ts';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { CardContent } from '../../shared/domain/card.ts';
import { GOOGLE_SCHEMA } from './google-model-card.schema.ts';
import { aRegistryWithVersions, type World } from './registry.ts';

const IRIS = { model: 'iris', version: 2 };
const plain = (_: string, text: string) => text;
const written = (format: Format, content: CardContent) => cardIn(format, IRIS, content, plain);
const read = (text: string, format?: Format) => cardFrom(text, 'card', format);

/** Words, and whatever means something in Markdown, in YAML or to us. */
const piece = fc.constantFrom(
  ...[
    'a',
    'é',
    ' ',
    '\n',
    '\n\n',
    '#',
    '\n# ',
    '\n## Limitations\n',
    '\n### Uses',
    '\\',
    '|',
    '-',
    '\n---\n',
    ': ',
    '"',
  ],
  ...[
    '```',
    '\n```\nx\n',
    '~~~~',
    '<!-- ',
    ' -->',
    '- ',
    '[More]',
    '{',
    '*',
    '&a',
    'no',
    '1e3',
    '\t',
    '😀',
    '&',
    '%',
    '!',
  ],
);
const text = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''));
/** Space around a text is nothing that Markdown keeps. */
const prose = text.map((one) => one.trim()).filter((one) => one !== '');
const line = prose.map((one) => one.replace(/\s+/g, ' ')).filter((one) => one.length <= 100);
const owner = line.filter((one) => !/^[-*] /.test(one)).map((one) => one.trim());
const name = fc
  .oneof(
    line,
    fc.constantFrom('Limitations', 'Uses', 'owner', 'C #', '#', '\\# x', 'Overview', 'Fairness', 'a \\##', 'toString'),
  )
  .filter((one) => one !== 'Metadata');
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const measure = fc.record(
  { measure: line, group: line, value: number, dataset: line, note: prose },
  { requiredKeys: ['measure', 'group', 'value'] },
);
const content: fc.Arbitrary<CardContent> = fc
  .record(
    {
      intendedUse: prose,
      limitations: prose,
      trainingData: prose,
      fairnessEvaluation: fc.array(measure, { minLength: 1, maxLength: 3 }),
      owner,
      ethicalConsiderations: prose,
      caveats: prose,
      sections: fc.dictionary(name, prose, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    },
    { requiredKeys: [] },
  )
  .filter((card) => CardContent.safeParse(card).success);

describe.each(['json', 'hugging-face', 'google'] as const)('a model card as %s', (format) => {
  it('is read as it was written, whatever is in it, and its format is seen', () => {
    fc.assert(
      fc.property(content, (card) => {
        const source = written(format, card);
        expect(read(source, format)).toEqual(card);
        expect(read(source)).toEqual(card);
      }),
      { numRuns: 500 },
    );
  });
});

const README = `---
license: apache-2.0
language: [no, en]
tags:
- tabular
datasets:
- iris
metrics: [accuracy]
model-index:
- name: iris
  results:
  - task: { type: tabular-classification }
    dataset: { type: iris, name: Iris }
    metrics:
    - { type: accuracy, value: 0.97, verified: true }
    - { type: accuracy, value: 0.91, args: { group: young } }
  - task: { type: tabular-classification }
    dataset: { type: iris, name: Iris }
    metrics:
    - { type: recall, value: 0.8, args: { group: old, note: Few. } }
---

# Model Card for Iris

<!-- Provide a quick summary. -->

Tells irises apart.

# Model Details

- **License:** Apache

# Uses

## Direct Use

\`\`\`sh
# Limitations
predict iris
\`\`\`

## Out-of-Scope Use

[More Information Needed]

# **Bias, Risks, and Limitations** [optional]

Three kinds alone.

### Recommendations

Look again.

# Training Details

## Training Data

Fisher, 1936.

### Preprocessing

None.

## Training Procedure

A forest.

# Evaluation

[More Information Needed]

# Model Card Authors

- Ann
- Bea
`;

describe('the README of a repository on the Hugging Face Hub', () => {
  it('gives the fields that its headings name, at any rank, and the rest of them as sections', () => {
    const { sections, fairnessEvaluation, ...fields } = read(README);

    expect(fields).toEqual({
      intendedUse:
        '## Direct Use\n\n```sh\n# Limitations\npredict iris\n```\n\n## Out-of-Scope Use\n\n[More Information Needed]',
      limitations: 'Three kinds alone.',
      caveats: 'Look again.',
      trainingData: 'Fisher, 1936.\n\n### Preprocessing\n\nNone.',
      owner: 'Ann; Bea',
    });
    expect(Object.keys(sections ?? {})).toEqual(['Metadata', 'Overview', 'Model Details', 'Training Procedure']);
    expect(sections).toMatchObject({
      Overview: 'Tells irises apart.',
      'Model Details': '- **License:** Apache',
      'Training Procedure': 'A forest.',
    });
    expect(fairnessEvaluation).toEqual([
      { measure: 'accuracy', group: 'young', value: 0.91, dataset: 'Iris' },
      { measure: 'recall', group: 'old', value: 0.8, dataset: 'Iris', note: 'Few.' },
    ]);
  });

  it('keeps the rest of its front matter, and puts it where it was', () => {
    const card = read(README) as CardContent;
    const again = written('hugging-face', card);
    const frontMatter = parseDocument(again.split('---\n')[1] ?? '', { version: '1.1' }).toJS();

    expect(frontMatter).toMatchObject({
      license: 'apache-2.0',
      language: ['no', 'en'],
      tags: ['tabular'],
      datasets: ['iris'],
      metrics: ['accuracy'],
      'model-index': [
        { name: 'iris', results: [{ metrics: [{ type: 'accuracy', value: 0.97, verified: true }] }] },
        {
          name: 'iris',
          results: [
            { task: { type: 'other' }, dataset: { type: 'Iris', name: 'Iris' }, metrics: [{ value: 0.91 }] },
            { metrics: [{ type: 'recall', value: 0.8, args: { group: 'old', note: 'Few.' } }] },
          ],
        },
      ],
    });
    expect(read(again)).toEqual(card);
  });

  it('has measures in the front matter, or else in a table', () => {
    const table = '| Measure | Group | Value | Data set | Note |\n|-|-|-|-|-|\n| parity | young | 0.9 | | |';

    expect(read(`---\nlicense: mit\n---\n\n## Fairness evaluation\n\n${table}`)).toEqual({
      sections: { Metadata: 'license: mit' },
      fairnessEvaluation: [{ measure: 'parity', group: 'young', value: 0.9 }],
    });
    expect(read('---\n---\n\n## Fairness\n\nIt is fair.')).toEqual({
      sections: { 'Fairness evaluation': 'It is fair.' },
    });
  });

  it.each([
    ['a value that ends too early', '---\ntags: [a\n---\n', 'card: front matter: '],
    ['a list in place of names', '---\n- mit\n---\n', 'card: front matter: expected names with values.'],
    [
      'a few lines that would be gigabytes',
      `---\na0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`).join('\n')}\n---\n`,
      'card: front matter: Excessive alias count',
    ],
    ['a name twice', '---\nlicense: mit\nlicense: bsd\n---\n', 'card: front matter: Map keys must be unique'],
  ])('is refused for %s', (_, source, message) => {
    expect(() => read(source)).toThrow(message);
  });

  it('may have no front matter, where it is said to be one', () => {
    expect(read('# iris\n\n## Uses\n\nIrises.', 'hugging-face')).toEqual({ intendedUse: 'Irises.' });
  });
});

describe('Google’s Model Card JSON', () => {
  const validate = addFormats.default(new Ajv.default({ strict: false })).compile(GOOGLE_SCHEMA);

  it('is valid by the schema 0.0.2 of the Model Card Toolkit, whatever is in it', () => {
    fc.assert(
      fc.property(content, (card) => {
        expect(validate(JSON.parse(written('google', card))), JSON.stringify(validate.errors)).toBe(true);
      }),
    );
  });

  it('gives every word and number that a card has a place for', () => {
    const google = {
      schema_version: '0.0.2',
      model_details: {
        name: 'iris',
        overview: 'Tells irises apart.',
        documentation: 'Much.\n\n## Contact\n\nAnn.\n\n## Limitations\n\nOf the documentation.',
        owners: [{ name: 'Ann', contact: 'ann@example.com' }, { name: 'Bea' }, { contact: 'team@example.com' }],
        licenses: [{ identifier: 'Apache-2.0' }],
        references: [{ reference: 'https://example.com/a' }, { reference: 'https://example.com/b' }],
        citations: [{ citation: 'Fisher, 1936' }],
      },
      model_parameters: {
        model_architecture: 'A forest.',
        data: [
          { name: 'Iris', link: 'https://example.com/iris', description: '150 flowers.' },
          { name: 'Garden', sensitive: { sensitive_data: ['address', 'age'] }, graphics: { collection: [] } },
        ],
        input_format: 'Four numbers',
        output_format: 'A name',
      },
      quantitative_analysis: {
        performance_metrics: [
          { type: 'accuracy', value: 0.97 },
          { type: 'accuracy', value: 0.91, slice: 'young' },
          { type: 'recall', value: '0.8', slice: 'old' },
          { type: 'recall', value: '', slice: 'none' },
        ],
        graphics: { collection: [{ name: 'roc', image: 'iVBORw0=' }] },
      },
      considerations: {
        users: [{ description: 'Gardeners' }],
        use_cases: [{ description: 'Telling\nirises apart' }, { description: 'Teaching' }],
        limitations: [{ description: 'Three kinds alone' }],
        tradeoffs: [{ description: 'Slow' }],
        ethical_considerations: [{ name: 'None known', mitigation_strategy: 'Ask' }, { name: 'Another' }],
      },
    };

    expect(read(JSON.stringify(google))).toEqual({
      owner: 'Ann <ann@example.com>; Bea; team@example.com',
      intendedUse: '- Telling\n  irises apart\n- Teaching',
      limitations: 'Three kinds alone\n\nOf the documentation.',
      caveats: 'Slow',
      ethicalConsiderations: '- None known: Ask\n- Another',
      trainingData: '- Iris, https://example.com/iris: 150 flowers.\n- Garden\n  Sensitive data: address, age.',
      fairnessEvaluation: [
        { measure: 'accuracy', group: 'young', value: 0.91 },
        { measure: 'recall', group: 'old', value: 0.8 },
      ],
      sections: {
        Overview: 'Tells irises apart.',
        Documentation: 'Much.',
        Contact: 'Ann.',
        Licenses: 'Apache-2.0',
        References: '- https://example.com/a\n- https://example.com/b',
        Citations: 'Fisher, 1936',
        'Model architecture': 'A forest.',
        'Input format': 'Four numbers',
        'Output format': 'A name',
        Users: 'Gardeners',
        'Performance metrics': '- accuracy: 0.97\n- recall: ',
      },
    });
  });

  it.each([
    ['an owner that is a text', { model_details: { owners: ['Ann'] } }, 'card: model_details.owners[0]: '],
    ['data by name', { model_parameters: { data: { train: {} } } }, 'card: model_parameters.data: '],
    [
      'a limitation that is a number',
      { considerations: { limitations: [{ description: 1 }] } },
      'considerations.limitations[0].description: ',
    ],
  ])('is refused for %s, which is named', (_, document, message) => {
    expect(() => read(JSON.stringify(document))).toThrow(message);
  });
});

describe('the command card in other formats', () => {
  let world: World;

  beforeAll(async () => {
    world = await aRegistryWithVersions();
    await world.write('.', { 'README.md': README, 'wrong.json': '{"considerations":{"use_cases":"all"}}' });
  });

  afterAll(() => world[Symbol.asyncDispose]());

  const card = (...words: string[]) => world.as('publisher', 'card', 'iris:2', ...words);

  it('takes the README of a repository, and hands it on in any format', async () => {
    expect(await card('--put', 'README.md')).toMatchObject({ code: 0 });
    const kept = read(README);

    for (const format of ['json', 'hugging-face', 'google', 'markdown'] as const) {
      const { code, output } = await card('--format', format);
      expect(code).toBe(0);
      expect(read(output, format)).toEqual(kept);
    }
    expect((await card('--format', 'google')).output).toContain('"schema_version": "0.0.2"');
  });

  it('names what is not as the format has it', async () => {
    expect(await card('--put', 'wrong.json')).toMatchObject({
      code: EXIT_CODES.usage.code,
      messages: expect.stringContaining('wrong.json: considerations.use_cases: '),
    });
    expect(await card('--put', 'README.md', '--format', 'google')).toMatchObject({
      code: EXIT_CODES.usage.code,
      messages: expect.stringContaining('README.md: expected JSON'),
    });
  });
});

describe('a card of Google that is put', () => {
  const put = (document: object, warn?: (text: string) => void) =>
    cardFrom(JSON.stringify(document), 'card.json', 'google', warn);

  it.each<[string, object, string]>([
    [
      'of another schema',
      { schema_version: '0.0.1', model_details: { overview: 'x' } },
      'schema_version: expected 0.0.2',
    ],
    ['whose name is a number', { model_details: { name: 1 } }, 'model_details.name: expected a text'],
    ['that says nothing', { schema_version: '0.0.2', model_details: { name: 'x' } }, 'says nothing'],
    ['that is no card at all', { hello: 'world' }, 'says nothing'],
  ])('is refused when it is one %s', (_, document, why) => {
    expect(() => put(document)).toThrow(why);
  });

  it('leaves out what has no place, and says so', () => {
    const warnings: string[] = [];
    const card = put(
      {
        model_details: { overview: 'Tells fraud.', graphics: {} },
        considerations: { users: [{ description: 'Banks.', mood: 'good' }] },
        colour: 'red',
      },
      (text) => warnings.push(text),
    );

    expect(card).toEqual({ sections: { Overview: 'Tells fraud.', Users: 'Banks.' } });
    expect(warnings).toEqual([
      'Left out, as a model card has no place for it: model_details.graphics, considerations.users[0].mood, colour.',
    ]);
  });
});
