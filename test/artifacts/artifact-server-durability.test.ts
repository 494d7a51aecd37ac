import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Artifacts, Content, Upload } from '../../shared/artifacts/artifacts.ts';
import { digestOf } from '../../shared/artifacts/digest.ts';
import { Sha256, TenantId } from '../../shared/domain/names.ts';
import { type Bucket, bucketAt, contentOf, digestIn } from './s3-promises/bucket.ts';
import { type Answer, begin, send } from './s3-promises/http.ts';
import { canLimitDisk, type ServerProcess, startServer } from './start-server.ts';

const MEGABYTE = 2 ** 20;
const directories: string[] = [];
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true }))));

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'signet-durability-'));
  directories.push(directory);
  return directory;
}

const bytesOf = (seed: string, length: number) => Buffer.alloc(length, `${seed} `);
const upTo = (max: number) => Math.floor(Math.random() * max);

/** Sends a request to a server that may be killed meanwhile. */
const attempt = async (request: Parameters<typeof send>[0], body: Buffer): Promise<Answer | undefined> =>
  send(request, body).catch(() => undefined);

describe('the artifact server, killed in the middle of it', () => {
  it('has every PUT that it acknowledged, and no other by half', { timeout: 120_000 }, async () => {
    const directory = await newDirectory();
    const acknowledged = new Map<string, Content>();
    const interrupted = new Map<string, Content>();

    for (let kill = 0; kill < 14; kill += 1) {
      await using server = await startServer(directory);
      await expectSwept(directory);
      const before = acknowledged.size;
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        const { artifacts } = bucketAt(server.location);
        for (let step = 0; !server.killed; step += 1) {
          const key = `${kill}/${writer}/${step}`;
          const bytes = bytesOf(key, upTo(2 * MEGABYTE));
          const answer = await attempt(await artifacts.presignPut(key, contentOf(bytes), 60), bytes);
          (answer?.status === 200 ? acknowledged : interrupted).set(key, contentOf(bytes));
        }
      });
      // However busy the machine is.
      await expect.poll(() => acknowledged.size - before, { timeout: 20_000 }).toBeGreaterThan(2);
      await sleep(upTo(200));
      await server.kill();
      await Promise.all(writers);
    }

    await using server = await startServer(directory);
    const { artifacts } = bucketAt(server.location);
    for (const [key, content] of acknowledged) expect(await proved(artifacts, key)).toEqual(content);
    // Of these the answer may have been lost, but never a half of the bytes.
    for (const [key, content] of interrupted) expect([content, undefined]).toContainEqual(await proved(artifacts, key));
    expect(acknowledged.size).toBeGreaterThan(28);
    expect(interrupted.size).toBeGreaterThanOrEqual(14);
    expect(await server.stop()).toEqual({ code: 0, stderr: '' });
  });

  it('completes an upload wholly or not at all, and keeps its parts until then', { timeout: 120_000 }, async () => {
    const directory = await newDirectory();
    const parts = [bytesOf('first', 5 * MEGABYTE), bytesOf('second', 1000)];
    const whole = contentOf(Buffer.concat(parts));
    const done: string[] = [];
    let cut = 0;

    for (let kill = 0; kill < 14; kill += 1) {
      const keys = ['a', 'b', 'c', 'd'].map((name) => `${kill}/${name}`);
      const acknowledged = new Set<string>();
      {
        await using server = await startServer(directory);
        const bucket = bucketAt(server.location);
        const uploads = await Promise.all(keys.map((key) => upload(bucket, key, parts)));
        const completions = keys.map(async (key, at) => {
          await complete(bucket, key, uploads[at]).then(
            () => acknowledged.add(key),
            () => undefined,
          );
        });
        await sleep(upTo(14));
        await server.kill();
        await Promise.all(completions);
        cut += keys.length - acknowledged.size;
      }
      await using server = await startServer(directory);
      const bucket = bucketAt(server.location);
      await expectSwept(directory);
      for (const key of keys) {
        const present = (await bucket.artifacts.stat(key)) !== undefined;
        if (acknowledged.has(key)) expect(present).toBe(true);
        // What was not acknowledged can be taken up again without sending a byte.
        if (!present) {
          const found = await bucket.artifacts.openUpload(key);
          expect(found.parts.map(({ bytes, sha256 }) => ({ bytes, sha256 }))).toEqual(parts.map(contentOf));
          await complete(bucket, key, found);
        }
        expect(await digestIn(bucket.artifacts, key)).toBe(whole.sha256);
      }
      done.push(...keys);
      expect(await server.stop()).toEqual({ code: 0, stderr: '' });
      expect(await readdir(path.join(directory, 'joined'))).toHaveLength(done.length);
    }
    expect(cut).toBeGreaterThan(0);
  });

  it('never brings back what it removed', { timeout: 60_000 }, async () => {
    const directory = await newDirectory();
    const parts = [bytesOf('first', 5 * MEGABYTE), bytesOf('second', 1000)];

    for (let kill = 0; kill < 4; kill += 1) {
      const key = `removed/${kill}`;
      {
        await using server = await startServer(directory);
        const bucket = bucketAt(server.location);
        await complete(bucket, key, await upload(bucket, key, parts));
        await bucket.remove(key);
        await server.kill();
      }
      await using server = await startServer(directory);
      expect(await bucketAt(server.location).artifacts.stat(key)).toBeUndefined();
      expect(await readdir(path.join(directory, 'joined'))).toEqual([]);
    }
  });
});

async function upload({ artifacts }: Bucket, key: string, parts: readonly Buffer[]): Promise<Upload> {
  const { uploadId } = await artifacts.openUpload(key);
  for (const [at, part] of parts.entries()) {
    const request = await artifacts.presignPart(key, uploadId, at + 1, contentOf(part), 60);
    expect(await send(request, part)).toMatchObject({ status: 200 });
  }
  return artifacts.openUpload(key);
}

async function complete({ artifacts }: Bucket, key: string, found: Upload | undefined): Promise<void> {
  if (!found) throw new Error('There is no upload to complete.');
  await artifacts.closeUpload(key, found.uploadId, found.parts);
}

/** What the bytes of an object are, read again; not what the store says of them. */
async function proved(artifacts: Artifacts, key: string): Promise<Content | undefined> {
  const [found, sha256] = [await artifacts.stat(key), await digestIn(artifacts, key)];
  return found && sha256 !== undefined ? { bytes: found.bytes, sha256 } : undefined;
}

/** Nothing of the former run is left that nobody can see. */
async function expectSwept(directory: string): Promise<void> {
  expect(await readdir(path.join(directory, 'temporary'))).toEqual([]);
}

describe('the artifact server, out of disk', () => {
  const filled = async (server: ServerProcess) => {
    const { artifacts } = bucketAt(server.location);
    const small = bytesOf('small', MEGABYTE);
    const large = bytesOf('large', 7 * MEGABYTE);
    const { uploadId } = await artifacts.openUpload('parts');
    const before = await server.files();

    const put = await send(await artifacts.presignPut('large', contentOf(large), 60), large);
    const part = await send(await artifacts.presignPart('parts', uploadId, 1, contentOf(large), 60), large);

    for (const answer of [put, part]) expect(answer).toMatchObject({ status: 507, code: 'InsufficientStorage' });
    expect(await server.files()).toEqual(before);
    expect(await artifacts.stat('large')).toBeUndefined();
    expect(await artifacts.findUpload('parts')).toEqual({ uploadId, parts: [] });

    const again = await send(await artifacts.presignPut('large', contentOf(small), 60), small);
    expect(again).toMatchObject({ status: 200 });
    expect(await artifacts.stat('large')).toMatchObject(contentOf(small));
    expect(await server.stop()).toEqual({ code: 0, stderr: '' });
  };

  // A file system of 6 MB, in a namespace of the server's own: what ENOSPC really is, where the kernel lets us.
  it.runIf(canLimitDisk)('says 507, leaves nothing, and goes on', async () => {
    await using server = await startServer(await newDirectory(), 'small disk');

    await filled(server);
  });

  // The limit of a file's size fails a write half way as a quota does, on every system with a shell.
  it('says 507 when a quota ends a write, leaves nothing, and goes on', async () => {
    await using server = await startServer(await newDirectory(), 'small files');

    await filled(server);
  });
});

describe('memory', () => {
  const part = bytesOf('part', 60 * MEGABYTE);
  const pushed = async (server: ServerProcess) => {
    const bucket = bucketAt(server.location);
    const { uploadId } = await bucket.artifacts.openUpload('model');
    await Promise.all(
      [1, 2, 3, 4, 5].map(async (number) => {
        const request = await bucket.artifacts.presignPart('model', uploadId, number, contentOf(part), 60);
        expect(await send(request, part)).toMatchObject({ status: 200 });
      }),
    );
    await complete(bucket, 'model', await bucket.artifacts.openUpload('model'));
    return bucket;
  };

  it('of the artifact server does not grow with what it takes and gives', { timeout: 120_000 }, async () => {
    await using server = await startServer(await newDirectory());
    const before = await server.peakBytes();

    const bucket = await pushed(server);
    const received = await Promise.all([receive(bucket), receive(bucket)]);

    expect(received).toEqual([300 * MEGABYTE, 300 * MEGABYTE]);
    expect((await server.peakBytes()) - before).toBeLessThan(100 * MEGABYTE);
  });

  it('of whoever proves the SHA-256 of an object does not grow with it', { timeout: 120_000 }, async () => {
    await using server = await startServer(await newDirectory());
    const { artifacts } = await pushed(server);
    const whole = createHash('sha256');
    for (let number = 1; number <= 5; number += 1) whole.update(part);
    const object = await artifacts.stat('model');
    const world = {
      artifacts: { section: (_: string, ...asked: [string, number, number]) => artifacts.section('model', ...asked) },
      store: { reading: async () => undefined, note: async () => {} },
      tenant: TenantId.parse('acme'),
      now: () => new Date(),
    };
    const peak = () => process.resourceUsage().maxRSS * 1024;
    const before = peak();

    expect(object && (await digestOf(world, Sha256.parse('0'.repeat(64)), object))).toBe(whole.digest('hex'));

    expect(peak() - before).toBeLessThan(100 * MEGABYTE);
  });
});

async function receive({ artifacts }: Bucket): Promise<number> {
  const request = begin(await artifacts.presignGet('model', 'model.bin', 60));
  request.end();
  const response = await new Promise<AsyncIterable<Buffer>>((resolve, reject) =>
    request.on('response', resolve).on('error', reject),
  );
  let received = 0;
  for await (const chunk of response) received += chunk.length;
  return received;
}
