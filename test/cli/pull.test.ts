import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { FILES } from './files.ts';
import { aRegistry, type World } from './registry.ts';

let world: World;

beforeAll(async () => {
  world = await aRegistry();
  await world.write('model', FILES);
  await publish('model', '--model', 'round', '--create');
});

afterAll(() => world[Symbol.asyncDispose]());

const publish = (...words: string[]) => world.as('publisher', 'push', ...words);
const read = (...words: string[]) => world.as('reader', ...words);

describe('a pull', () => {
  it('leaves what is there already, and fetches what is not', async () => {
    await read('pull', 'round:1', '--to', 'again');
    await writeFile(world.at('again/mine.txt'), 'mine');
    execFileSync('rm', [world.at('again/empty'), world.at('again/model.json')]);

    const { code, messages, output } = await read('pull', 'round:1', '--to', 'again');

    expect(code).toBe(0);
    expect(messages).toContain('Fetching 2 files of 8, 19 B.');
    expect(output).toContain('every file proved');
    expect(await world.read('again')).toEqual({ ...FILES, 'mine.txt': 'mine' });
  });

  it('overwrites nothing unless told, and touches nothing then', async () => {
    await world.write('mine', { 'model.json': 'mine', 'other.txt': 'mine too' });
    const refused = await read('pull', 'round:1', '--to', 'mine');
    expect(refused.code).toBe(EXIT_CODES.conflict.code);
    expect(refused.messages).toContain('model.json: is there with other content');
    expect(await world.read('mine')).toEqual({ 'model.json': 'mine', 'other.txt': 'mine too' });

    expect(await read('pull', 'round:1', '--to', 'mine', '--force')).toMatchObject({ code: 0 });
    expect(await world.read('mine')).toEqual({ ...FILES, 'other.txt': 'mine too' });
  });

  it('leaves a directory alone that is in the way of a file, even when told to overwrite', async () => {
    await world.write('folder', { 'model.json/precious.txt': 'precious' });
    expect(await read('pull', 'round:1', '--to', 'folder', '--force')).toMatchObject({
      code: EXIT_CODES.conflict.code,
    });
    expect(await world.read('folder')).toEqual({ 'model.json/precious.txt': 'precious' });
  });

  it('finds a flipped bit in the store, and leaves no file of it', async () => {
    await world.write('fragile', { 'fragile.bin': 'a fragile thing' });
    await publish('fragile', '--model', 'round');
    await flipped('a fragile thing');

    const { code, messages } = await read('pull', 'round', (await newest()).toString(), '--to', 'flipped');

    expect(messages).toContain('fragile.bin is not what was registered');
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(await world.read('flipped')).toEqual({});
  });

  it('says where files are that are kept elsewhere', async () => {
    await world.as('publisher', 'register-version', 'round', '--source', 's3://bucket/model');
    const { code, messages } = await read('pull', 'round', (await newest()).toString());
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('s3://bucket/model');
  });

  it.each([
    ['a file', 'model/model.json', /model\.json is not a directory\.\n {2}Next: /],
    ['under a file', 'model/model.json/sub/deep', /model\.json is not a directory\.\n {2}Next: /],
    ['where no directory can be made', '/proc/nope/deep', /\/proc\/nope: .+\n {2}Next: /],
  ] as const)('to %s says so, and touches nothing', async (_, to, message) => {
    const { code, messages } = await read('pull', 'round:1', '--to', to);
    expect(messages).toMatch(message);
    expect(code).toBe(EXIT_CODES.local.code);
    expect(await world.read('model')).toEqual(FILES);
  });

  it('of a foreign tenant is a pull of nothing', async () => {
    const foreign = await world.as('globex-admin', 'pull', 'round', '1');
    const absent = await world.as('globex-admin', 'pull', 'nothing', '1');
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
