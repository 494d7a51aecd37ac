import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistryWithVersions, type World } from './registry.ts';

let world: World;

beforeAll(async () => {
  world = await aRegistryWithVersions();
});

afterAll(() => world[Symbol.asyncDispose]());

const read = (...words: string[]) => world.as('reader', ...words);
const release = (...words: string[]) => world.as('releaser', ...words);

describe('lists', () => {
  it('come page by page, or all at once', async () => {
    const page = await read('list-versions', 'iris', '--limit', '2');
    expect(page.output.trim().split('\n')).toHaveLength(3);
    const [, cursor = ''] = /--cursor (\S+)/.exec(page.messages) ?? [];
    expect((await read('list-versions', 'iris', '--limit', '2', '--cursor', cursor)).output).toMatch(/^1 /m);

    const { output, messages } = await read('list-versions', 'iris', '--limit', '1', '--all', '--json');
    expect(JSON.parse(output).items.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1]);
    expect(JSON.parse(output)).not.toHaveProperty('cursor');
    expect(messages).toBe('');
  });
});

describe('models with a tag', () => {
  it('are found by its name, and by name=value as it is written everywhere', async () => {
    await world.as('publisher', 'create-model', 'tagged', '--tag', 'team=a=b');
    await world.as('publisher', 'create-model', 'other', '--tag', 'team=c');
    const found = async (...words: string[]) => {
      const { items } = JSON.parse((await read('list-models', '--json', ...words)).output);
      return items.map(({ name }: { name: string }) => name);
    };
    expect(await found('--tag', 'team')).toEqual(['other', 'tagged']);
    expect(await found('--tag', 'team=a=b')).toEqual(['tagged']);
    expect(await found('--tag', 'team', '--tag-value', 'c')).toEqual(['other']);
    expect(await found('--tag', 'team=')).toEqual([]);
  });
});

describe('a call that depends on what was read', () => {
  it('is refused when that has changed', async () => {
    await release('set-alias', 'iris', 'champion', '3');
    const { revision } = JSON.parse((await read('get-model', 'iris', '--json')).output);
    await world.as('publisher', 'update-model', 'iris', '--description', 'Changed.');
    const { code, messages } = await release('delete-alias', 'iris', 'champion', '--if-match', String(revision));
    expect(code).toBe(EXIT_CODES.conflict.code);
    expect(messages).toContain('--if-match');
    expect(await release('delete-alias', 'iris', 'champion', '--if-match', `"${revision + 1}"`)).toMatchObject({
      code: 0,
    });
  });

  it('happens once, however often it is sent with its key', async () => {
    const words = ['create-model', 'once', '--idempotency-key', 'k-1', '--json'];
    const [first, second] = [await world.as('publisher', ...words), await world.as('publisher', ...words)];
    expect(first).toMatchObject({ code: 0 });
    expect(second.output).toBe(first.output);
    expect(await world.as('publisher', 'create-model', 'once')).toMatchObject({ code: EXIT_CODES.conflict.code });
  });
});

describe('input', () => {
  it('may come whole, from a file or from standard input, and options go before it', async () => {
    await world.write('.', { 'body.json': '{"model":"from-file","tags":{"team":"a"}}' });
    const fromFile = await world.as('publisher', 'create-model', '--body', '@body.json', '--tag', 'tier=1', '--json');
    expect(JSON.parse(fromFile.output)).toMatchObject({ name: 'from-file', tags: { tier: '1' } });

    const input = '{"model":"ignored","description":"from input"}';
    const fromInput = await world.person.signet(['create-model', 'from-input', '--body', '@-', '--json'], {
      env: { SIGNET_PROFILE: 'publisher' },
      input,
    });
    expect(JSON.parse(fromInput.output)).toMatchObject({ name: 'from-input', description: 'from input' });
  });

  it('takes each text of a list by itself, or all of them as JSON', async () => {
    const make = async (...words: string[]) => {
      const { output } = await world.as('admin', 'create-webhook', 'https://hooks.example.com/', '--json', ...words);
      return JSON.parse(output).events;
    };
    const both = ['version.promoted', 'model.rolled_back'];
    expect(await make(...both.flatMap((type) => ['--events', type]))).toEqual(both);
    expect(await make('--events', JSON.stringify(both))).toEqual(both);
    const { code, messages } = await world.as(
      'admin',
      'create-webhook',
      'https://hooks.example.com/',
      '--events',
      'no',
    );
    expect([code, messages]).toEqual([EXIT_CODES.usage.code, expect.stringContaining('--events[0]')]);
  });

  it('takes tags away by their name alone', async () => {
    await world.as('publisher', 'update-model', 'from-file', '--tag', 'a=1', '--tag', 'b=2');
    const { output } = await world.as('publisher', 'update-model', 'from-file', '--tag', 'a', '--tag', 'c=3', '--json');
    expect(JSON.parse(output).tags).toEqual({ b: '2', c: '3', tier: '1' });
  });
});
