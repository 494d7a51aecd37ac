import { realpath } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { FILES } from './files.ts';
import { aRegistry, type World } from './registry.ts';

let world: World;

beforeAll(async () => {
  world = await aRegistry();
});

afterAll(() => world[Symbol.asyncDispose]());

const publish = (...words: string[]) => world.as('publisher', 'push', ...words);
const read = (...words: string[]) => world.as('reader', ...words);
const release = (...words: string[]) => world.as('releaser', ...words);

describe('a directory that is pushed and pulled', () => {
  it('comes back as it was, with every name, and is told of to its publisher', async () => {
    await world.write('model', FILES);
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
    expect(await world.read('back')).toEqual(FILES);
  });

  it('is answered with --json by the version as the API has it, and where it is now', async () => {
    const { output, messages } = await read('pull', 'round:1', '--to', 'back', '--json');
    const version = JSON.parse((await read('get-version', 'round', '1', '--json')).output);
    expect(JSON.parse(output)).toEqual({ ...version, directory: await realpath(world.at('back')) });
    expect(JSON.parse(output)).toMatchObject({ tags: { team: 'a=b' }, metrics: { accuracy: 0.97 } });
    expect(messages).toBe('');
  });

  it('is sent only as far as the registry lacks it', async () => {
    await world.write('second', { ...FILES, 'model.json': '{"weights":[4]}' });
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
    await world.write('third', { 'a.txt': 'third' });
    const arn = world.registry.credentials['publisher']?.arn ?? '';
    await world.as('admin', 'put-member', arn, '--roles', 'role=publisher', '--roles', 'role=releaser');
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

  it('may have more files than URLs are given at a time', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 620 }, (_, number) => [`${number % 7}/${number}`, `file ${number}`]),
    );
    await world.write('many', files);
    expect(await publish('many', '--model', 'many', '--create')).toMatchObject({ code: 0 });
    expect(await read('pull', 'many', '1', '--to', 'many-back')).toMatchObject({ code: 0 });
    expect(await world.read('many-back')).toEqual(files);
  });
});
