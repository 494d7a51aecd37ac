import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardFrom } from '../../cli/card/formats.ts';
import { markdownOf } from '../../cli/card/markdown.ts';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistryWithVersions, type World } from './registry.ts';

const plain = (_: string, text: string) => text;
const read = (text: string) => cardFrom(text, 'card.md');

const text = fc.string({ minLength: 1, unit: fc.constantFrom('a', '#', '##', ' ', '\n', '|', '\\', '-', 'é') });
/** Space around a text, and before the end of a line, is nothing that Markdown keeps. */
const prose = text.map((one) => one.trim()).filter((one) => one !== '');
const line = prose.map((one) => one.replaceAll('\n', ' '));
/** JSON knows no -0. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const measure = fc.record(
  { measure: line, group: line, value: number, dataset: line, note: line },
  { requiredKeys: ['measure', 'group', 'value'] },
);
const content = fc.record(
  {
    intendedUse: prose,
    limitations: prose,
    trainingData: prose,
    fairnessEvaluation: fc.array(measure, { minLength: 1, maxLength: 3 }),
    owner: line,
    ethicalConsiderations: prose,
    caveats: prose,
    sections: fc.dictionary(line, prose, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  },
  { requiredKeys: ['intendedUse'] },
);

describe('a model card as Markdown', () => {
  it('is read as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(content, (card) => {
        expect(read(markdownOf('iris version 1', card, plain))).toEqual(card);
      }),
    );
  });

  it('has a heading for each field, however it is written, and sections under any other', () => {
    expect(read('## INTENDED USE\r\n\r\nIrises.\r\n## trainingData\nFisher.\n## Licence\nCC0\n## Caveats\n\n')).toEqual(
      {
        intendedUse: 'Irises.',
        trainingData: 'Fisher.',
        sections: { Licence: 'CC0' },
      },
    );
  });

  it.each([
    ['text before the first heading', 'Irises.\n\n## Owner\nAnn', 'card.md: “Irises.” stands under no heading'],
    ['no heading', '', 'card.md: there is no heading'],
    ['a heading twice', '## Owner\nAnn\n## owner\nBea', 'card.md: owner is there twice'],
    ['a fairness evaluation in words', '## Fairness evaluation\n\nIt is fair.', 'is not a table with these columns'],
    ['JSON that ends too early', '{"owner":', 'card.md: expected JSON'],
  ])('is refused for %s, because something would be lost', (_, card, message) => {
    expect(() => read(card)).toThrow(message);
  });
});

describe('the command card', () => {
  let world: World;

  beforeAll(async () => {
    world = await aRegistryWithVersions();
    await world.write('.', {
      'card.json': '{"owner":"Ann","fairnessEvaluation":[{"measure":"parity","group":"all","value":1}]}',
      'wrong.md':
        '## Fairness evaluation\n\n| Measure | Group | Value | Data set | Note |\n|-|-|-|-|-|\n| a | b | c | | |',
    });
    await world.as('releaser', 'promote', 'iris:2', '--to', 'staging');
  });

  afterAll(() => world[Symbol.asyncDispose]());

  const card = (...words: string[]) => world.as('publisher', 'card', ...words);

  it('puts JSON, shows it as Markdown, and says whose it is besides', async () => {
    await card('iris', '--put', 'card.json');

    const { output, messages } = await world.as('reader', 'card', 'iris:2');
    expect(output).toBe(
      [
        '# iris version 2',
        '## Fairness evaluation',
        '| Measure | Group | Value | Data set | Note |\n| --- | --- | --- | --- | --- |\n| parity | all | 1 |  |  |',
        '## Owner',
        'Ann\n',
      ].join('\n\n'),
    );
    expect(messages).toMatch(/^Revision 1, of .+Z, by aws:\d+:user\/publisher\.\n$/);
  });

  it('takes it from standard input, and shows former revisions', async () => {
    const { endpoint, region, credentialsFile } = world.registry;
    await world.person.profile('default', { endpoint, region, credentialsFile, awsProfile: 'signet-publisher' });
    const put = (owner: string) =>
      world.person.signet(['card', 'iris:3', '--put', '-'], { input: `# iris\n\n## Owner\n\n${owner}\n` });
    await put('Ann');
    expect((await put('Bea')).output).toBe('iris version 3 has revision 2 of its model card.\n');

    expect((await card('iris:3')).output).toContain('Bea');
    expect((await card('iris:3', '--revision', '1')).output).toBe('# iris version 3\n\n## Owner\n\nAnn\n');
  });

  it('says so where there is none, and how to put one', async () => {
    expect(await card('iris:1')).toMatchObject({
      code: EXIT_CODES.absent.code,
      messages: expect.stringMatching(/^signet: iris version 1 has no model card\.\n {2}Next: .+--put card\.md/),
    });
  });

  it('names what does not fit', async () => {
    expect(await card('iris:1', '--put', 'wrong.md')).toMatchObject({
      code: EXIT_CODES.usage.code,
      messages: expect.stringContaining('card.fairnessEvaluation[0].value: expected a finite number'),
    });
  });
});
