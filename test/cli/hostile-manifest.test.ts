import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { placeOf } from '../../cli/pull/target.ts';
import { versionOperations } from '../../shared/contract/versions.ts';
import { type Manifest, manifestText } from '../../shared/domain/artifact.ts';
import { type Arrived, type EchoRegistry, echoRegistry } from './echo-registry.ts';
import { madeUp } from './keys.ts';
import { type Terminal, terminal } from './terminal.ts';

const content = 'pwned';
const sha256 = hash('sha256', content);

let registry: EchoRegistry;
let person: Terminal;
/** The files of the version that the registry offers. */
let files: { path: string; bytes: number; sha256: string }[];
let rootDigest: string;

/** A file with the bytes that the registry gives for every file. */
const file = (called: string) => ({ path: called, bytes: content.length, sha256 });

function answer({ url }: Arrived) {
  if (url.startsWith('/object')) return { raw: content, body: undefined };
  if (url.includes('/download')) {
    const request = { method: 'GET', url: `${registry.endpoint}/object`, headers: {} };
    return { body: { rootDigest, items: files.map((one) => ({ ...one, request })) } };
  }
  const { output } = versionOperations.resolveVersion.example;
  return { body: { ...output, artifact: { rootDigest, files: files.length, bytes: content.length } } };
}

beforeEach(async () => {
  registry = await echoRegistry(answer);
  person = await terminal();
  await person.profile('default', await madeUp(registry.endpoint, person.directory));
});

afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await person[Symbol.asyncDispose]();
});

/** Pulls a version with these files, whose manifest is all in order otherwise. */
async function pull(...offered: (string | (typeof files)[number])[]) {
  files = offered.map((one) => (typeof one === 'string' ? file(one) : one));
  rootDigest = hash('sha256', manifestText({ files } as Manifest));
  return person.signet(['pull', 'iris', '--to', 'in/side']);
}

/** Everything in the person's directory but what belongs to them. */
const everything = async () =>
  (await readdir(person.directory, { recursive: true })).filter((name) => !name.startsWith('.c')).sort();

describe('a manifest of a registry that cannot be trusted', () => {
  it('is followed where it is harmless', async () => {
    expect(await pull('a/b.txt', 'c.txt')).toMatchObject({ code: 0 });
    expect(await everything()).toEqual(['in', 'in/side', 'in/side/a', 'in/side/a/b.txt', 'in/side/c.txt']);
    expect(await readFile(path.join(person.directory, 'in/side/c.txt'), 'utf8')).toBe(content);
  });

  it.each([
    '../evil',
    '../../evil',
    'a/../../evil',
    'a/../evil',
    './evil',
    'a//evil',
    '/tmp/signet-evil',
    'C:\\evil',
    'a\\..\\..\\evil',
    'evil\0',
    'evil\u001b[2J',
    '',
    '.',
    '..',
    '.signet-pull/evil',
    '.SIGNET-PULL/evil',
  ])('cannot write to %j, and nothing else of it is written', async (evil) => {
    const { code, output, messages } = await pull('good.txt', evil);
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toMatch(/is not written: /);
    expect(messages).not.toContain('\u001b');
    expect(output).toBe('');
    expect(await everything()).toEqual([]);
  });

  it.each([
    ['twice the same path', ['a', 'a']],
    ['paths that a disk may take for the same', ['a', 'A']],
  ])('cannot name %s', async (_, twice) => {
    expect(await pull(...twice)).toMatchObject({ code: EXIT_CODES.refused.code });
    expect(await everything()).toEqual([]);
  });

  it.each([
    ['a digest that is a path', { ...file('model'), sha256: '../../evil' }],
    ['a size below nothing', { ...file('model'), bytes: -1 }],
    ['a size beyond all files', { ...file('model'), bytes: Number.MAX_SAFE_INTEGER }],
    ['a size that is no number', { ...file('model'), bytes: 1.5 }],
  ])('cannot have %s', async (_, bad) => {
    expect(await pull(bad)).toMatchObject({ code: EXIT_CODES.refused.code });
    expect(await everything()).toEqual([]);
  });

  it('cannot write through a link that leads out of the directory', async () => {
    await mkdir(path.join(person.directory, 'in/side'), { recursive: true });
    await mkdir(path.join(person.directory, 'elsewhere'));
    await symlink('../../elsewhere', path.join(person.directory, 'in/side/link'));

    const { code, messages } = await pull('link/evil');

    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('link is a link');
    expect(await readdir(path.join(person.directory, 'elsewhere'))).toEqual([]);
  });

  it('cannot write to what a link points at', async () => {
    await mkdir(path.join(person.directory, 'in/side'), { recursive: true });
    await writeFile(path.join(person.directory, 'victim'), 'untouched');
    await symlink('../../victim', path.join(person.directory, 'in/side/model'));

    expect(await pull('model')).toMatchObject({ code: EXIT_CODES.conflict.code });
    expect(await person.signet(['pull', 'iris', '--to', 'in/side', '--force'])).toMatchObject({ code: 0 });
    expect(await readFile(path.join(person.directory, 'victim'), 'utf8')).toBe('untouched');
    expect(await readFile(path.join(person.directory, 'in/side/model'), 'utf8')).toBe(content);
  });

  it('cannot write its unfinished files elsewhere', async () => {
    await mkdir(path.join(person.directory, 'in/side'), { recursive: true });
    await mkdir(path.join(person.directory, 'elsewhere'));
    await symlink('../../elsewhere', path.join(person.directory, 'in/side/.signet-pull'));

    expect(await pull('model')).toMatchObject({ code: EXIT_CODES.refused.code });
    expect(await readdir(path.join(person.directory, 'elsewhere'))).toEqual([]);
  });

  it('is refused whole when it does not have the root digest of the version', async () => {
    await pull('good.txt');
    files.push(file('smuggled.txt'));
    const { code, messages } = await person.signet(['pull', 'iris', '--to', 'other']);
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('root digest');
    expect(await everything()).not.toContain('other');
  });
});

it('knows no path that leads out of a directory', () => {
  expect(() => placeOf('/data', { path: '../data-2/x' })).toThrow('is not written');
  expect(placeOf('/data', { path: 'a/..b/c' })).toBe('/data/a/..b/c');
});
