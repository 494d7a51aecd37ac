import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistry, type World } from './registry.ts';
import type { Given } from './terminal.ts';

let world: World;

const at = (name: string) => path.join(world.person.directory, name);
const as = (profile: string, words: readonly string[], given: Given = {}) =>
  world.person.signet(words, { ...given, env: { SIGNET_PROFILE: profile, ...given.env } });
const release = (...words: string[]) => as('releaser', words);
const read = (...words: string[]) => as('reader', words);

beforeAll(async () => {
  world = await aRegistry();
  for (const number of [1, 2, 3]) {
    await writeFile(at('model.bin'), `bytes of version ${number}`);
    await as('publisher', ['push', 'model.bin', '--model', 'iris', '--create', '--metric', `accuracy=0.9${number}`]);
  }
});

afterAll(() => world[Symbol.asyncDispose]());

describe('signet init', () => {
  const config = { SIGNET_CONFIG: 'init.json' };
  const init = (...words: string[]) =>
    world.person.signet(['init', '--endpoint', world.registry.endpoint, ...words], { env: config });

  it('recognises an embedded registry by its keys, proves who calls, and says who else could', async () => {
    const { code, output, messages } = await init('--directory', world.data);
    expect(output).toMatch(/^You are aws:\d{12}:user\/admin, in acme, at http/);
    expect(messages).toContain('signet-releaser');
    expect(code).toBe(0);
    expect(await world.person.signet(['status'], { env: config })).toMatchObject({ code: 0 });
  });

  it('keeps several profiles', async () => {
    await init('--directory', world.data, '--aws-profile', 'signet-reader', '--profile', 'reading');
    const me = (...words: string[]) => world.person.signet(['who-am-i', '--json', ...words], { env: config });
    expect(JSON.parse((await me()).output).principal).toMatch(/admin$/);
    expect(JSON.parse((await me('--profile', 'reading')).output).principal).toMatch(/reader$/);
  });

  it('writes no profile that does not work', async () => {
    const failed = [
      await init('--directory', world.data, '--profile', 'bad', '--tenant', 'globex'),
      await init('--directory', world.data, '--profile', 'bad', '--aws-profile', 'nobody'),
      await init('--directory', 'nowhere', '--profile', 'bad'),
    ];
    expect(failed.map(({ code }) => code)).toEqual(
      [EXIT_CODES.absent, EXIT_CODES.forbidden, EXIT_CODES.usage].map(({ code }) => code),
    );
    expect(await readFile(at('init.json'), 'utf8')).not.toContain('bad');
  });

  it('says what to do where there is no registry', async () => {
    const { code, messages } = await world.person.signet(['init'], { env: { SIGNET_CONFIG: 'other.json' } });
    expect(code).toBe(EXIT_CODES.usage.code);
    expect(messages).toContain('--endpoint');
  });
});

describe('the way of a version', () => {
  it('leads to staging: the newest complete version, unless told', async () => {
    expect(await release('promote', 'iris', '--to', 'staging')).toMatchObject({
      code: 0,
      output: 'iris version 3 is in staging.\n',
    });
    expect((await release('promote', 'iris:1', '--to', 'staging')).output).toBe('iris version 1 is in staging.\n');
  });

  it('leads to production: the version in staging, unless told; the former one is archived', async () => {
    expect((await release('promote', 'iris', '--to', 'production')).output).toBe('iris version 1 is in production.\n');
    const { output } = await release('promote', 'iris:3', '--to', 'production', '--json');
    expect(JSON.parse(output)).toMatchObject({ version: { version: 3, stage: 'production' }, archived: [1] });
  });

  it('is refused where the lifecycle has none, with what may be done', async () => {
    const { code, messages } = await release('promote', 'iris:2', '--to', 'production');
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('staging');
  });

  it('leads back by rollback, which shows what it will do, and needs a yes', async () => {
    const asked = await release('rollback', 'iris', '--reason', 'Too slow.');
    expect(asked.code).toBe(EXIT_CODES.usage.code);
    expect(asked.messages).toMatch(
      /iris: version 3 leaves production, and version 1 comes back .+\n.+there is nobody to ask.\n.+--yes/u,
    );
    expect((await read('resolve-version', 'iris', 'production', '--json')).output).toContain('"version": 3');

    const done = await release('rollback', 'iris', '--reason', 'Too slow.', '--yes');
    expect(done).toMatchObject({ code: 0, output: 'iris version 1 is in production. Archived: 3.\n' });
  });

  it('leads back no further than there was something', async () => {
    const { code, messages } = await release('rollback', 'iris', '--reason', 'Again.', '--steps', '7', '--yes');
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('cannot go back 7');
  });

  it('ends in the archive', async () => {
    await release('promote', 'iris:2', '--to', 'staging');
    expect((await release('archive', 'iris:staging', '--reason', 'No.')).output).toBe('iris version 2 is archived.\n');
    expect(await release('archive', 'iris')).toMatchObject({ code: EXIT_CODES.usage.code });
  });
});

describe('what is where', () => {
  it('is shown for one model', async () => {
    const { output } = await read('status', 'iris');
    expect(output).toMatch(/production {2}1/);
    expect(output).toMatch(/^3 {8}complete {2}archived {4}accuracy=0.93/m);
  });

  it('is shown for all', async () => {
    expect((await read('status')).output).toMatch(/^MODEL.+\niris {3}governed {3}1/);
    expect(JSON.parse((await read('status', '--json')).output).items).toHaveLength(1);
  });

  it('is not shown to strangers', async () => {
    expect((await as('globex-admin', ['status'])).output).toBe('None.\n');
  });

  it('has a history, by stage, by alias, and at a time', async () => {
    const { output } = await read('history', 'iris', '--json');
    const { items } = JSON.parse(output);
    expect(items.map(({ versions }: { versions: number[] }) => versions)).toEqual(expect.arrayContaining([[1], [3]]));

    const before = await read('history', 'iris', '--at', '2020-01-01');
    expect(before).toMatchObject({ code: 0, output: 'None.\n' });
    await release('set-alias', 'iris', 'champion', '3');
    expect((await read('history', 'iris', '--alias', 'champion')).output).toMatch(/Z {2}3 {9}aws:/);
    expect(await read('history', 'iris', '--at', 'yesterday')).toMatchObject({ code: EXIT_CODES.usage.code });
  });
});

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

describe('a call that depends on what was read', () => {
  it('is refused when that has changed', async () => {
    const { revision } = JSON.parse((await read('get-model', 'iris', '--json')).output);
    await as('publisher', ['update-model', 'iris', '--description', 'Changed.']);
    const { code, messages } = await release('delete-alias', 'iris', 'champion', '--if-match', String(revision));
    expect(code).toBe(EXIT_CODES.conflict.code);
    expect(messages).toContain('--if-match');
    expect(await release('delete-alias', 'iris', 'champion', '--if-match', `"${revision + 1}"`)).toMatchObject({
      code: 0,
    });
  });

  it('happens once, however often it is sent with its key', async () => {
    const words = ['create-model', 'once', '--idempotency-key', 'k-1', '--json'];
    const [first, second] = [await as('publisher', words), await as('publisher', words)];
    expect(first).toMatchObject({ code: 0 });
    expect(second.output).toBe(first.output);
    expect(await as('publisher', ['create-model', 'once'])).toMatchObject({ code: EXIT_CODES.conflict.code });
  });
});

describe('input', () => {
  it('may come whole, from a file or from standard input, and options go before it', async () => {
    await writeFile(at('body.json'), '{"model":"from-file","tags":{"team":"a"}}');
    const fromFile = await as('publisher', ['create-model', '--body', '@body.json', '--tag', 'tier=1', '--json']);
    expect(JSON.parse(fromFile.output)).toMatchObject({ name: 'from-file', tags: { tier: '1' } });

    const input = '{"model":"ignored","description":"from input"}';
    const fromInput = await as('publisher', ['create-model', 'from-input', '--body', '@-', '--json'], { input });
    expect(JSON.parse(fromInput.output)).toMatchObject({ name: 'from-input', description: 'from input' });
  });

  it('takes tags away by their name alone', async () => {
    await as('publisher', ['update-model', 'from-file', '--tag', 'a=1', '--tag', 'b=2']);
    const { output } = await as('publisher', ['update-model', 'from-file', '--tag', 'a', '--tag', 'c=3', '--json']);
    expect(JSON.parse(output).tags).toEqual({ b: '2', c: '3', tier: '1' });
  });
});

describe('the record', () => {
  it('can be exported and proved offline, by model and whole', async () => {
    for (const words of [['--model', 'iris'], []]) {
      expect(await read('audit', 'export', ...words, '-o', 'events.jsonl')).toMatchObject({ code: 0, output: '' });
      const { code, output } = await world.person.signet(['audit', 'verify', 'events.jsonl'], {
        env: { SIGNET_CONFIG: 'none' },
      });
      expect(output).toMatch(/\d+ events in \d+ chains?: proved\n$/);
      expect(code).toBe(0);
    }
  });

  it('can go from one to the other', async () => {
    const { output } = await read('audit', 'export', '--model', 'iris');
    const verdict = await world.person.signet(['audit', 'verify', '-', '--json'], { input: output });
    expect(JSON.parse(verdict.output)).toMatchObject({ chains: [{ model: 'iris', first: 1 }] });
    expect((await read('export-events', '--model', 'iris')).output).toBe(output);
  });

  it('is refused when it was changed, with the first bad event', async () => {
    await read('audit', 'export', '--model', 'iris', '-o', 'events.jsonl');
    const text = await readFile(at('events.jsonl'), 'utf8');
    await writeFile(at('forged.jsonl'), text.replace('Too slow.', 'As told.'));

    const { code, messages, output } = await world.person.signet(['audit', 'verify', 'forged.jsonl']);

    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toMatch(/Line \d+, chain acme\/[0-9A-Z]{26}, event \d+: Its hash is not that of its content/);
    expect(output).toContain('not proved');
  });

  it('is refused when it was cut off', async () => {
    const lines = (await readFile(at('events.jsonl'), 'utf8')).split('\n');
    await writeFile(at('cut.jsonl'), lines.slice(0, -2).join('\n'));
    const { code, messages } = await world.person.signet(['audit', 'verify', 'cut.jsonl']);
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('cut off');
  });

  it('leaves an older export alone when it fails', async () => {
    await copyFile(at('events.jsonl'), at('kept.jsonl'));
    expect(await read('audit', 'export', '--model', 'nothing', '-o', 'kept.jsonl')).toMatchObject({
      code: EXIT_CODES.absent.code,
    });
    expect(await readFile(at('kept.jsonl'), 'utf8')).toBe(await readFile(at('events.jsonl'), 'utf8'));
  });
});
