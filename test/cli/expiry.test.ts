import { hash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { versionOperations } from '../../shared/contract/versions.ts';
import { type Manifest, manifestText } from '../../shared/domain/artifact.ts';
import { type Answer, type Arrived, type EchoRegistry, echoRegistry } from './echo-registry.ts';
import { madeUp } from './keys.ts';
import { type Terminal, terminal } from './terminal.ts';

const content = 'the bytes';
const file = { path: 'model.bin', bytes: content.length, sha256: hash('sha256', content) };
const rootDigest = hash('sha256', manifestText({ files: [file] } as Manifest));

let registry: EchoRegistry;
let person: Terminal;
/** How many URLs were given, and how many of the first ones the store takes for expired. */
let given: number;
let expired: number;
/** What completing answers, before it answers well. */
let failures: string[];

const version = { ...versionOperations.completeVersion.example.output, artifact: { rootDigest, files: 1, bytes: 9 } };

/** A registry that gives a new URL each time it is asked for one, on a store where URLs expire. */
function answer({ method, url }: Arrived): Answer {
  const { pathname } = new URL(url, registry.endpoint);
  if (pathname.startsWith('/object/')) {
    const isExpired = Number(pathname.split('/').at(-1)) <= expired;
    return isExpired
      ? { status: 403, raw: '<Error><Code>AccessDenied</Code></Error>', body: '' }
      : { raw: content, body: '' };
  }
  if (pathname.endsWith('/download'))
    return { body: { rootDigest, items: [{ ...file, request: request('GET', {}) }] } };
  if (pathname.endsWith('/versions')) return { body: { version, uploads: [upload()], more: false } };
  const failure = pathname.endsWith('/complete') ? failures.shift() : undefined;
  if (failure) return { status: 409, body: { code: failure, detail: 'model.bin is not what it should be.' } };
  return { body: method === 'GET' && pathname.endsWith('/iris') ? {} : version };
}

function request(method: string, headers: object) {
  given += 1;
  return { method, url: `${registry.endpoint}/object/${given}`, headers };
}

const upload = () => ({
  sha256: file.sha256,
  bytes: file.bytes,
  request: request('PUT', { 'content-length': String(file.bytes) }),
});

beforeEach(async () => {
  [given, expired, failures] = [0, 0, []];
  registry = await echoRegistry(answer);
  person = await terminal();
  await person.profile('default', await madeUp(registry.endpoint, person.directory));
  await writeFile(path.join(person.directory, 'model.bin'), content);
});

afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await person[Symbol.asyncDispose]();
});

const push = () => person.signet(['push', 'model.bin', '--model', 'iris']);
const sent = () => registry.arrived.filter(({ url, method }) => url.startsWith('/object/') && method === 'PUT').length;

describe('a push', () => {
  it('asks for new URLs when they have expired', async () => {
    expired = 1;
    expect(await push()).toMatchObject({ code: 0 });
    expect(sent()).toBe(2);
  });

  it('gives up when the store takes none of them, and suspects the clock', async () => {
    expired = 99;
    const { code, messages } = await push();
    expect(code).toBe(EXIT_CODES.forbidden.code);
    expect(messages).toContain('clock');
    expect(sent()).toBe(2);
  });

  it.each(['version.incomplete', 'version.mismatch'])(
    'sends again what the registry finds wrong: %s',
    async (failure) => {
      failures = [failure];
      const { code, messages } = await push();
      expect(messages).toContain('model.bin is not what it should be. It is sent again.');
      expect(code).toBe(0);
      expect(sent()).toBe(2);
    },
  );

  it('gives up when it stays wrong', async () => {
    failures = ['version.mismatch', 'version.mismatch'];
    expect(await push()).toMatchObject({ code: EXIT_CODES.refused.code });
    expect(sent()).toBe(2);
  });
});

describe('a pull', () => {
  it('asks for new URLs when they have expired', async () => {
    expired = 2;
    const { code } = await person.signet(['pull', 'iris', '3', '--to', 'out']);
    expect(code).toBe(0);
    expect(given).toBe(3);
    expect(await readFile(path.join(person.directory, 'out/model.bin'), 'utf8')).toBe(content);
  });
});
