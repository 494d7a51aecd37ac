import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { walk } from '../../cli/push/walk.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'signet-walk-'));
});

afterEach(() => rm(directory, { recursive: true }));

const put = async (name: string, text = '') => {
  await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
  await writeFile(path.join(directory, name), text);
};
const paths = async () => (await walk(directory)).files.map((file) => file.path);

describe('a directory', () => {
  it('is taken with everything in it, hidden or not, in one order', async () => {
    for (const name of ['b/c.txt', 'a.txt', '.hidden', '.git/config', 'node_modules/x.js', 'b/a.txt']) await put(name);
    expect(await paths()).toEqual(['.git/config', '.hidden', 'a.txt', 'b/a.txt', 'b/c.txt', 'node_modules/x.js']);
  });

  it('gives names in NFC, however the disk has them', async () => {
    await put('u\u0308ber.txt');
    expect(await paths()).toEqual(['\u00fcber.txt']);
  });

  it('tells which of its directories are empty', async () => {
    await put('a.txt');
    await mkdir(path.join(directory, 'b/c'), { recursive: true });
    expect((await walk(directory)).empty).toEqual(['b/c']);
  });

  it('may be one file', async () => {
    await put('model.onnx', 'abc');
    const { files } = await walk(path.join(directory, 'model.onnx'));
    expect(files).toMatchObject([{ path: 'model.onnx', bytes: 3 }]);
  });
});

describe('a link', () => {
  it('to something inside is followed', async () => {
    await put('real/a.txt', 'abc');
    await symlink('real', path.join(directory, 'folder'));
    await symlink('real/a.txt', path.join(directory, 'file'));
    expect(await paths()).toEqual(['file', 'folder/a.txt', 'real/a.txt']);
  });

  it.each([
    ['to a file outside', '/etc/hostname', /out of the directory/],
    ['to a directory outside', '/etc', /out of the directory/],
    ['to what is beside the directory', '..', /out of the directory/],
    ['to nothing', 'nowhere', /not there/],
    ['in a circle', '.', /directory that it is in/],
  ])('%s is refused by its name', async (_, target, message) => {
    await put('a.txt');
    await symlink(target, path.join(directory, 'link'));
    await expect(walk(directory)).rejects.toThrow(message);
    await expect(walk(directory)).rejects.toThrow(/^link /);
  });
});

it('refuses what is neither a file nor a directory', async () => {
  const server = createServer().listen(path.join(directory, 'socket'));
  await once(server, 'listening');
  await expect(walk(directory)).rejects.toThrow('socket is neither a file nor a directory.');
  server.close();
});

it('refuses a name that is not UTF-8', async () => {
  execFileSync('sh', ['-c', `cd '${directory}' && : > "$(printf 'a\\377')"`]);
  await expect(walk(directory)).rejects.toThrow('the name is not UTF-8');
});

it('refuses a directory that a pull has not filled yet', async () => {
  await put('.signet-pull/abc');
  await expect(walk(directory)).rejects.toThrow('left over from a pull');
});
