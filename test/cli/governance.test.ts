import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistry, type World } from './registry.ts';

const CARD = `# heart

## Intended use

Tells who should be examined first.

## Limitations

Adults only.

## Training data

Two hospitals, 2025.
`;

let world: World;
let model: string;
let count = 0;

beforeAll(async () => {
  world = await aRegistry();
});

afterAll(() => world[Symbol.asyncDispose]());

/** A model of its own for each test, whose only version is in staging: the tenant's policy is the default one. */
beforeEach(async () => {
  count += 1;
  model = `heart-${count}`;
  await world.write('.', { 'card.md': CARD, 'model.bin': `bytes ${count}` });
  await world.as('publisher', 'push', 'model.bin', '--model', model, '--create', '--metric', 'auc=0.9');
  await world.as('releaser', 'promote', model, '--to', 'staging');
});

const publish = (...words: string[]) => world.as('publisher', ...words);
const review = (...words: string[]) => world.as('reviewer', ...words);
const release = (...words: string[]) => world.as('releaser', ...words);
const promote = () => release('promote', model, '--to', 'production');
const REFUSED = EXIT_CODES.refused.code;

describe('the way of a version into production', () => {
  it('leads by a card, a request and the vote of somebody else, and at each step it is said who is next', async () => {
    const refused = await promote();
    expect(refused).toMatchObject({ code: REFUSED, output: '' });
    expect(refused.messages).toContain(
      [
        '  ✗ card      a model card with intendedUse, limitations, trainingData',
        '              found no model card',
        `              publisher: \`signet card ${model}:1 --put card.md\``,
        '  ✓ artifact  files that the registry keeps and has proved',
        '              found 1 of 1 files proved',
        '  ✗ approval  1 vote of reviewer, by others than who registered the version or asked',
        '              found no request for an approval',
        `              publisher or releaser: \`signet request ${model}:1\``,
        '  Next: See to what is not met; `signet explain` shows it at any time.',
      ].join('\n'),
    );

    expect(await publish('card', `${model}:1`, '--put', 'card.md')).toMatchObject({
      code: 0,
      output: `${model} version 1 has revision 1 of its model card.\n`,
    });
    const asked = await publish('request', model, '--comment', 'For March.');
    expect(asked.output).toMatch(
      new RegExp(`^Votes are asked for on ${model} version 1 for production, until .+: approval [0-9A-Z]{26}\\.\n$`),
    );
    expect(asked.messages).toContain(`\`signet approve ${model}:1\``);
    expect((await review('inbox')).output).toMatch(
      new RegExp(`^MODEL .+\n${model} +1 +production +0 +aws:\\d+:user/publisher .+ For March\\.$`, 'm'),
    );
    const waiting = await world.as('reader', 'explain', model);
    expect(waiting).toMatchObject({
      code: REFUSED,
      messages: `signet: ${model} version 1 may not enter production yet: 1 of 5 conditions not met.\n`,
    });
    expect(waiting.output).toMatch(/found 0 in an approval that is pending\n +reviewer: `signet approve/);

    const approved = await review('approve', model, '--reason', 'Measured again.');
    expect(approved).toMatchObject({ code: 0, messages: expect.stringContaining('--to production') });
    expect(approved.output).toMatch(`${model} version 1 is approved for production: approval `);
    expect((await review('inbox', '--json')).output).not.toContain(model);
    const ready = await world.as('reader', 'explain', model);
    expect(ready).toMatchObject({ code: 0, messages: '' });
    expect(ready.output).not.toContain('✗');
    expect(ready.output).toContain(`Nothing is missing: \`signet promote ${model}:1 --to production\`.`);
    expect(await promote()).toMatchObject({ code: 0, output: `${model} version 1 is in production.\n` });
  });

  it('ends where somebody votes against it, which needs a reason', async () => {
    await publish('card', model, '--put', 'card.md');
    await publish('request', model);

    expect(await review('reject', model)).toMatchObject({ code: EXIT_CODES.usage.code });
    expect(await review('reject', model, '--reason', 'Biased.')).toMatchObject({
      code: 0,
      output: expect.stringContaining(`${model} version 1 is rejected for production: approval `),
    });
    expect((await promote()).messages).toContain('found 0 in an approval that is rejected');
    expect(await review('approve', model)).toMatchObject({
      code: REFUSED,
      messages: expect.stringContaining('was rejected.\n  Next: `signet explain` shows what is missing now'),
    });
  });
});

describe('a vote', () => {
  it('is void once the card is another, and the promotion says so', async () => {
    await publish('card', model, '--put', 'card.md');
    await publish('request', model);
    await review('approve', model);
    await world.write('.', { 'card.md': CARD.replace('Adults only.', 'None.') });
    await publish('card', model, '--put', 'card.md');

    expect(await promote()).toMatchObject({
      code: REFUSED,
      messages: expect.stringMatching(/found 1 in an approval that is void\n.+`signet request /),
    });
    expect(await review('approve', model)).toMatchObject({
      code: REFUSED,
      messages: expect.stringContaining('is void: files, schema, metrics,'),
    });
    await publish('request', model);
    expect(await review('approve', model)).toMatchObject({ code: 0 });
    expect(await promote()).toMatchObject({ code: 0 });
  });

  it('is not for whoever registered the version, nor for whoever asked', async () => {
    const { arn = '' } = world.registry.credentials['publisher'] ?? {};
    await world.as('admin', 'put-member', arn, '--roles', 'role=publisher', '--roles', 'role=reviewer');
    await release('request', model);

    expect(await publish('approve', model)).toMatchObject({
      code: REFUSED,
      messages: expect.stringMatching(/you registered the version\.\n {2}Next: Let somebody else vote/),
    });
    expect(await release('approve', model)).toMatchObject({
      code: REFUSED,
      messages: expect.stringContaining('only votes of the role reviewer count'),
    });
  });

  it('says that it takes more of them where it does, and can name the approval', async () => {
    await world.as('admin', 'put-policy', '--model', model, '--policy', '{"approvals":{"production":{"required":2}}}');
    const { id } = JSON.parse((await publish('request', model, '--json')).output);

    expect((await review('approve', model, '--approval', id)).output).toBe(
      `Your vote for ${model} version 1 in production counts; it takes more of them: approval ${id}.\n`,
    );
  });

  it('needs somebody to have asked for it', async () => {
    expect(await review('approve', model)).toMatchObject({
      code: EXIT_CODES.absent.code,
      messages: expect.stringMatching(/^signet: Nobody has asked for votes on .+\n {2}Next: `signet inbox`/),
    });
  });
});

describe('for scripts', () => {
  it('a refused promotion has its conditions as JSON, by whichever command', async () => {
    await publish('card', model, '--put', 'card.md');
    for (const words of [
      ['promote', model, '--to', 'production'],
      ['promote-version', model, '1', '--stage', 'production'],
    ]) {
      const { messages } = await release(...words, '--json');
      const { code, conditions } = JSON.parse(messages);
      expect(code).toBe('transition.refused');
      expect(conditions.map(({ kind, met }: { kind: string; met: boolean }) => [kind, met])).toEqual([
        ['step', true],
        ['files', true],
        ['card', true],
        ['artifact', true],
        ['approval', false],
      ]);
    }
  });

  it('explain answers JSON, and its exit code says whether it may be done', async () => {
    const { code, output } = await world.as('reader', 'explain', model, '--json');
    expect(code).toBe(REFUSED);
    expect(JSON.parse(output)).toMatchObject({ model, version: 1, to: 'production', allowed: false });

    await world.as('admin', 'put-policy', '--model', model, '--policy', '{"approvals":{"production":{"required":0}}}');
    await publish('card', model, '--put', 'card.md');
    expect(await world.as('reader', 'explain', model, '--json')).toMatchObject({ code: 0, messages: '' });
    await promote();
    expect(await world.as('reader', 'explain', `${model}:1`)).toEqual({
      code: 0,
      output: `${model} version 1 is in production already.\n`,
      messages: '',
    });
  });
});

describe('a version without a number', () => {
  beforeEach(async () => {
    await release('archive', `${model}:1`);
    await world.write('.', { 'model.bin': `other bytes ${count}` });
    await world.as('publisher', 'push', 'model.bin', '--model', model, '--metric', 'auc=0.9');
  });

  it('is, where none is in staging, the newest complete one: to explain, to ask about and to vote on', async () => {
    expect((await release('explain', model)).output).toContain(`${model} version 2, from none to production`);
    expect((await publish('request', model)).output).toContain(`${model} version 2 for production`);
    const approved = await review('approve', model);
    expect(approved.output).toContain(`${model} version 2 is approved`);
    expect(approved.messages).toContain(
      `To go on: \`signet promote ${model}:2 --to staging\`, then \`signet promote ${model}:2 --to production\`.`,
    );
  });

  it('has no version in staging to be promoted, and the hint says how one gets there', async () => {
    const { code, messages } = await promote();

    expect(code).toBe(EXIT_CODES.absent.code);
    expect(messages).toContain('`signet promote MODEL:N --to STAGE` puts one there');
  });
});

it('takes --stage for --to, and not both; a promotion has to be told where to', async () => {
  expect((await publish('explain', `${model}:1`, '--stage', 'staging')).output).toContain('in staging already');
  expect((await publish('explain', `${model}:1`, '--to', 'staging')).output).toContain('in staging already');
  const twice = await publish('explain', model, '--to', 'staging', '--stage', 'staging');
  expect(twice).toMatchObject({ code: EXIT_CODES.usage.code });
  expect(twice.messages).toContain('Either --to or --stage, not both.');
  expect((await release('promote', model)).messages).toContain('--to staging or --to production');
  expect((await release('promote', model, '--stage', 'production')).code).toBe(REFUSED);
});
