import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistry, type World } from './registry.ts';
import type { Given } from './terminal.ts';

let world: World;

beforeAll(async () => {
  world = await aRegistry();
});

afterAll(() => world[Symbol.asyncDispose]());

const as = (profile: string, given: Given = {}): Given => ({
  ...given,
  env: { SIGNET_PROFILE: profile, ...given.env },
});
const publish = (...words: string[]) => world.person.signet(['push', ...words], as('publisher'));
const read = (...words: string[]) => world.person.signet(words, as('reader'));
const release = (...words: string[]) => world.person.signet(words, as('releaser'));
const at = (name: string) => path.join(world.person.directory, name);

/** Writes files into a directory of the person. */
async function directory(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(at(name), file)), { recursive: true });
    await writeFile(path.join(at(name), file), text);
  }
  return name;
}

const FILES = {
  'model.json': '{"weights":[1,2,3]}',
  empty: '',
  'sub/deep/er/notes.txt': 'notes',
  'twice/one.bin': 'the same bytes',
  'twice/other.bin': 'the same bytes',
  'ünïcode/不正検知 ✓.txt': 'unicode',
  '-starts with a dash': 'dash',
  '.hidden': 'hidden',
};

const contentOf = async (name: string) => {
  const files = (await readdir(at(name), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = files.map(async ({ parentPath, name: file }) => {
    const full = path.join(parentPath, file);
    return [path.relative(at(name), full), await readFile(full, 'utf8')] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
};

describe('a directory that is pushed and pulled', () => {
  it('comes back as it was, with every name, and is told of to its publisher', async () => {
    await directory('model', FILES);
    const pushed = await publish(
      'model',
      '--model',
      'round',
      '--create',
      '--metric',
      'accuracy=0.97',
      '--tag',
      'team=a=b',
    );
    expect(pushed).toMatchObject({ code: 0 });
    expect(pushed.messages).toContain('Model round is created.');
    expect(pushed.output).toMatch(/^round version 1 is complete\.\n {2}Root digest {2}[0-9a-f]{64}\n/);

    expect(await read('pull', 'round', '1', '--to', 'back')).toMatchObject({ code: 0 });
    expect(await contentOf('back')).toEqual(FILES);
  });

  it('is answered with --json by the version alone, as the API has it', async () => {
    const { output, messages } = await read('pull', 'round:1', '--to', 'back', '--json');
    expect(JSON.parse(output)).toEqual(JSON.parse((await read('get-version', 'round', '1', '--json')).output));
    expect(JSON.parse(output)).toMatchObject({ tags: { team: 'a=b' }, metrics: { accuracy: 0.97 } });
    expect(messages).toBe('');
  });

  it('is sent only as far as the registry lacks it', async () => {
    await directory('second', { ...FILES, 'model.json': '{"weights":[4]}' });
    const { output, code } = await publish('second', '--model', 'round');
    expect(code).toBe(0);
    expect(output).toContain('Sent         15 B, 36 B were there already');
  });

  it('is a conflict when it is a version already, which is named', async () => {
    const { code, messages } = await publish('model', '--model', 'round');
    expect(code).toBe(EXIT_CODES.conflict.code);
    expect(messages).toContain('These files are round version 1.');
  });

  it('can be promoted in the same breath', async () => {
    await directory('third', { 'a.txt': 'third' });
    await world.person.signet(
      [
        'put-member',
        world.registry.credentials['publisher']?.arn ?? '',
        '--roles',
        'role=publisher',
        '--roles',
        'role=releaser',
      ],
      as('admin'),
    );
    const { code, output } = await publish('third', '--model', 'round', '--promote', 'staging');
    expect(code).toBe(0);
    expect(output).toContain('round version 3 is complete and in staging.');
  });

  it('is resolved by stage and by alias', async () => {
    await release('set-alias', 'round', 'champion', '1');
    expect((await read('pull', 'round@champion', '--to', 'by-alias')).output).toContain('round version 1 is in');
    expect((await read('pull', 'round', 'staging', '--to', 'by-stage')).output).toContain('round version 3 is in');
    expect(await read('pull', 'round', '--to', 'nowhere')).toMatchObject({ code: EXIT_CODES.absent.code });
  });
});

describe('a push', () => {
  it('tells a model that is not there before it hashes', async () => {
    const { code, messages } = await publish('model', '--model', 'nowhere');
    expect(code).toBe(EXIT_CODES.absent.code);
    expect(messages).toContain('--create');
  });

  it('says of an empty directory that it is left out', async () => {
    await directory('hollow', { 'a.txt': 'hollow' });
    await mkdir(at('hollow/nothing'));
    expect((await publish('hollow', '--model', 'hollow', '--create')).messages).toContain('nothing is empty');
  });

  it.each([
    ['nothing in it', {}, [], /files: expected at least one file|--files/],
    [
      'a metric that is no number',
      { a: '' },
      ['--metric', 'accuracy=high'],
      /metrics\.accuracy: expected a finite number/,
    ],
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
    const name = await directory(`bad-${hash('md5', what).slice(0, 6)}`, files);
    await mkdir(at(name), { recursive: true });
    const { code, messages } = await publish(name, '--model', 'round', ...words);
    expect(messages).toMatch(message);
    expect(code).toBe(EXIT_CODES.usage.code);
  });

  it('records the commit of the repository that the directory is in, without passwords', async () => {
    await directory('repository', { 'a.txt': 'in git' });
    const git = (...words: string[]) =>
      execFileSync('git', ['-C', at('repository'), '-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
        encoding: 'utf8',
      });
    git('init', '--quiet');
    git('remote', 'add', 'origin', 'https://ann:secret@git.example.com/fraud');
    git('commit', '--quiet', '--allow-empty', '-m', 'x');
    await directory('repository/out', { 'model.bin': 'of a commit' });

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
    const { code, messages } = await world.person.signet(['push', 'model', '--model', 'round'], as('reader'));
    expect(code).toBe(EXIT_CODES.forbidden.code);
    expect(messages).toContain('publisher');
  });
});

describe('a pull', () => {
  it('leaves what is there already, and fetches what is not', async () => {
    await read('pull', 'round:1', '--to', 'again');
    await writeFile(at('again/mine.txt'), 'mine');
    execFileSync('rm', [at('again/empty'), at('again/model.json')]);

    const { code, messages, output } = await read('pull', 'round:1', '--to', 'again');

    expect(code).toBe(0);
    expect(messages).toContain('Fetching 2 files of 8, 19 B.');
    expect(output).toContain('every file proved');
    expect(await contentOf('again')).toEqual({ ...FILES, 'mine.txt': 'mine' });
  });

  it('overwrites nothing unless told, and touches nothing then', async () => {
    await directory('mine', { 'model.json': 'mine', 'other.txt': 'mine too' });
    const refused = await read('pull', 'round:1', '--to', 'mine');
    expect(refused.code).toBe(EXIT_CODES.conflict.code);
    expect(refused.messages).toContain('model.json: is there with other content');
    expect(await contentOf('mine')).toEqual({ 'model.json': 'mine', 'other.txt': 'mine too' });

    expect(await read('pull', 'round:1', '--to', 'mine', '--force')).toMatchObject({ code: 0 });
    expect(await contentOf('mine')).toEqual({ ...FILES, 'other.txt': 'mine too' });
  });

  it('leaves a directory alone that is in the way of a file, even when told to overwrite', async () => {
    await directory('folder', { 'model.json/precious.txt': 'precious' });
    expect(await read('pull', 'round:1', '--to', 'folder', '--force')).toMatchObject({
      code: EXIT_CODES.conflict.code,
    });
    expect(await contentOf('folder')).toEqual({ 'model.json/precious.txt': 'precious' });
  });

  it('finds a flipped bit in the store, and leaves no file of it', async () => {
    await directory('fragile', { 'fragile.bin': 'a fragile thing' });
    await publish('fragile', '--model', 'round');
    await flipped('a fragile thing');

    const { code, messages } = await read('pull', 'round', (await newest()).toString(), '--to', 'flipped');

    expect(messages).toContain('fragile.bin is not what was registered');
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(await contentOf('flipped')).toEqual({});
  });

  it('says where files are that are kept elsewhere', async () => {
    await world.person.signet(['register-version', 'round', '--source', 's3://bucket/model'], as('publisher'));
    const { code, messages } = await read('pull', 'round', (await newest()).toString());
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('s3://bucket/model');
  });

  it('of a foreign tenant is a pull of nothing', async () => {
    const foreign = await world.person.signet(['pull', 'round', '1'], as('globex-admin'));
    const absent = await world.person.signet(['pull', 'nothing', '1'], as('globex-admin'));
    expect(foreign.code).toBe(EXIT_CODES.absent.code);
    expect(foreign.messages.replace(/Request .+/, '').replace('round', 'nothing')).toBe(
      absent.messages.replace(/Request .+/, ''),
    );
  });
});

const newest = async (): Promise<number> => JSON.parse((await read('get-model', 'round', '--json')).output).versions;

/** Flips a bit of the object with this content, wherever the registry keeps it. */
async function flipped(content: string): Promise<void> {
  const entries = await readdir(path.join(world.data, 'artifacts'), { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of entries.filter((entry) => entry.isFile())) {
    const file = path.join(parentPath, name);
    const bytes = await readFile(file);
    const found = bytes.indexOf(content);
    if (found < 0) continue;
    bytes.writeUInt8(bytes.readUInt8(found) ^ 1, found);
    await writeFile(file, bytes);
  }
}
