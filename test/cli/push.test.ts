import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistry, type World } from './registry.ts';

let world: World;

beforeAll(async () => {
  world = await aRegistry();
  await world.write('model', { 'model.json': '{}' });
  await publish('model', '--model', 'round', '--create');
});

afterAll(() => world[Symbol.asyncDispose]());

const publish = (...words: string[]) => world.as('publisher', 'push', ...words);

describe('a push', () => {
  it('tells a model that is not there before it hashes', async () => {
    const { code, messages } = await publish('model', '--model', 'nowhere');
    expect(code).toBe(EXIT_CODES.absent.code);
    expect(messages).toContain('--create');
  });

  it('says of an empty directory that it is left out', async () => {
    await world.write('hollow', { 'a.txt': 'hollow' });
    await mkdir(world.at('hollow/nothing'));
    expect((await publish('hollow', '--model', 'hollow', '--create')).messages).toContain('nothing is empty');
  });

  it.each([
    ['no files', {}, []],
    ['files that cannot be registered', { A: '1', a: '2' }, []],
    ['a schema that is not there', { a: '1' }, ['--schema', '@nowhere.json']],
  ] as const)('creates no model for %s', async (what, files, words) => {
    const name = await world.write(`never-${hash('md5', what).slice(0, 6)}`, files);
    const { code, messages } = await publish(name, '--model', name, '--create', ...words);
    expect([EXIT_CODES.usage.code, EXIT_CODES.local.code]).toContain(code);
    expect(messages).not.toContain('created');
    expect(await world.as('reader', 'get-model', name)).toMatchObject({ code: EXIT_CODES.absent.code });
  });

  it.each([
    ['nothing in it', {}, [], /bad-\w+ has no files: a version needs one at least/],
    [
      'a metric that is no number',
      { a: '' },
      ['--metric', 'accuracy=high'],
      /metrics\.accuracy: expected a finite number/,
    ],
    ['a metric twice', { a: '' }, ['--metric', 'a=1', '--metric', 'a=2'], /--metric: a is there twice/],
    ['a tag twice', { a: '' }, ['--tag', 'a=1', '--tag', 'a=1'], /--tag: a is there twice/],
    [
      'a schema that is none',
      { a: '' },
      ['--schema', '{"inputs":[{"name":"x","type":"float"}]}'],
      /schema\.inputs\[0\]\.type/,
    ],
    ['a dependency without a number', { a: '' }, ['--depends-on', 'encoder'], /encoder:7/],
    ['a name with a control character', { 'a\u0001b': '' }, [], /a\\u0001b: expected no control characters/],
    ['a name with a backslash', { 'a\\b': '' }, [], /expected a relative path/],
    ['names that differ by case', { A: '1', a: '2' }, [], /a: differs from A only by case/],
  ] as const)('of a directory with %s is refused by name', async (what, files, words, message) => {
    const name = await world.write(`bad-${hash('md5', what).slice(0, 6)}`, files);
    const { code, messages } = await publish(name, '--model', 'round', ...words);
    expect(messages).toMatch(message);
    expect(code).toBe(EXIT_CODES.usage.code);
  });

  it('records the commit of the repository that the directory is in, without passwords', async () => {
    await world.write('repository', { 'a.txt': 'in git' });
    const git = (...words: string[]) =>
      execFileSync('git', ['-C', world.at('repository'), '-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
        encoding: 'utf8',
      });
    git('init', '--quiet');
    git('remote', 'add', 'origin', 'https://ann:secret@git.example.com/fraud');
    git('commit', '--quiet', '--allow-empty', '-m', 'x');
    await world.write('repository/out', { 'model.bin': 'of a commit' });

    const { output } = await publish(
      'repository/out',
      '--model',
      'round',
      '--json',
      '--run-id',
      'run-1',
      '--dataset',
      'iris',
      '--dataset',
      'name=b,digest=12',
      '--depends-on',
      'round:1',
    );

    expect(JSON.parse(output)).toMatchObject({
      lineage: {
        runId: 'run-1',
        code: { repository: 'https://git.example.com/fraud', commit: git('rev-parse', 'HEAD').trim() },
        datasets: [{ name: 'iris' }, { name: 'b', digest: '12' }],
      },
      dependsOn: [{ model: 'round', version: 1 }],
    });
  });

  it('needs the role of a publisher', async () => {
    const { code, messages } = await world.as('reader', 'push', 'model', '--model', 'round');
    expect(code).toBe(EXIT_CODES.forbidden.code);
    expect(messages).toContain('publisher');
  });
});
