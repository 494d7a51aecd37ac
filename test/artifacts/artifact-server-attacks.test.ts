import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, describe, expect, it } from 'vitest';
import { s3Client } from '../../shared/artifacts/s3.ts';
import { listen } from './listener.ts';
import { bucketAt, contentOf } from './s3-promises/bucket.ts';
import { answerTo, begin, send } from './s3-promises/http.ts';

const server = await listen({ silenceMs: 500 });
const { location, directory } = server;
const bucket = bucketAt(location);
const { artifacts, newKey } = bucket;
const bytes = Buffer.alloc(200_000, 'x');
afterAll(() => server[Symbol.asyncDispose]());

const aPut = (key: string, seconds = 60) => artifacts.presignPut(key, contentOf(bytes), seconds);
const temporaries = () => readdir(path.join(directory, 'temporary'));
const openFiles = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    const file = `/proc/self/fd/${fd}`;
    return existsSync(file) && readlinkSync(file).startsWith(directory);
  });

/** Waits for something that happens soon after a connection ends. */
async function eventually<T>(look: () => Promise<T> | T, wanted: T): Promise<void> {
  for (let tries = 0; tries < 100 && JSON.stringify(await look()) !== JSON.stringify(wanted); tries += 1)
    await sleep(20);
  expect(await look()).toEqual(wanted);
}

/** Says something on a connection of its own, and hears everything until it ends. */
async function say(words: string): Promise<string> {
  const { hostname, port } = new URL(location.endpoint);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined).write(words);
  return text(socket);
}

/** The head of a request, with other headers for those of a name. */
function head({ method, url, headers = {} }: { method: string; url: string; headers?: object }, lines: string[] = []) {
  const { host } = new URL(url);
  const given = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${[`${method} ${url.slice(url.indexOf('/', 8))} HTTP/1.1`, `Host: ${host}`, ...given, ...lines].join('\r\n')}\r\n\r\n`;
}

describe('the artifact server keeps', () => {
  it('every key inside its directory', async () => {
    const before = await readdir(path.dirname(directory));
    const names = ['../../../escaped', '/etc/passwd', '..\\..\\escaped', 'nul\0byte', '.', '..', 'x'.repeat(900)];

    for (const name of names) await artifacts.write(name, 'inside');

    expect(await Promise.all(names.map((name) => artifacts.read(name)))).toEqual(names.map(() => 'inside'));
    expect(await readdir(path.dirname(directory))).toEqual(before);
    expect((await readdir(directory)).sort()).toEqual(['joined', 'objects', 'temporary', 'uploads']);
    for (const name of names) await bucket.remove(name);
  });

  it('strangers out, whatever path they write', async () => {
    for (const target of ['/artifacts/../../../etc/passwd', '/artifacts/%2e%2e/%2e%2e/etc/passwd', '*', '//', 'x:y']) {
      expect(await say(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 40[03] /);
    }
  });

  it('what a stranger would remove by its ETag', async () => {
    const key = newKey();
    await artifacts.write(key, 'ours');
    const stranger = bucket.as({ ...location.credentials, secretAccessKey: 'another' });

    const removed = stranger.artifacts.remove(key, (await artifacts.stat(key))?.etag ?? '');

    await expect(removed).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    expect(await artifacts.read(key)).toBe('ours');
  });

  it('to its own bucket', async () => {
    const elsewhere = bucketAt({ ...location, bucket: 'another' });

    await expect(elsewhere.artifacts.write('key', 'x')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    expect(await elsewhere.artifacts.stat('key')).toBeUndefined();
  });
});

describe('the artifact server refuses', () => {
  it('headers of more than 16 KB', async () => {
    expect(await say(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
  });

  it.each([
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['chunks of an unknown coding', ['Transfer-Encoding: chunked, identity']],
    ['a header with a bare line feed', ['X: a\nContent-Length: 5']],
    ['a header with a space before its colon', ['Content-Length : 5']],
    ['a negative length', ['Content-Length: -5']],
  ])('%s, which others could read in another way', async (_, lines) => {
    const answer = await say(`PUT /artifacts/key HTTP/1.1\r\nHost: x\r\n${lines.join('\r\n')}\r\n\r\nhello`);

    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer.match(/HTTP\/1.1 /g)).toHaveLength(1);
  });

  it('to take the body of one request for the next', async () => {
    const put = await aPut(newKey());
    const smuggled = 'GET /artifacts/key HTTP/1.1\r\nHost: x\r\n\r\n';
    const first = head({ ...put, url: put.url.replace('X-Amz-Expires=60', 'X-Amz-Expires=61') });
    const last = 'HEAD /artifacts/last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

    const answer = await say(first + smuggled.padEnd(bytes.length) + last);

    expect(answer.match(/HTTP\/1.1 403 /g)).toHaveLength(2);
  });

  it('a checksum that is there twice, in either order', async () => {
    const key = newKey();
    const put = await aPut(key);
    const other = `x-amz-checksum-sha256: ${'A'.repeat(43)}=`;

    for (const request of [head(put, [other, 'connection: close']), head(put, ['connection: close', other])]) {
      expect(await say(request + bytes)).toMatch(/^HTTP\/1.1 40[03] /);
    }
    expect(await artifacts.stat(key)).toBeUndefined();
  });

  it('a body of unknown length', async () => {
    const key = newKey();
    const url = await getSignedUrl(bucket.client, new PutObjectCommand(bucket.at(key)), { expiresIn: 60 });
    const headers = { 'transfer-encoding': 'chunked' };

    expect(await send({ method: 'PUT', url, headers }, 'x')).toMatchObject({
      status: 411,
      code: 'MissingContentLength',
    });
    expect(await artifacts.stat(key)).toBeUndefined();
  });

  it('what it would have to ignore: a condition of a copy, a tag, a deletion of any ETag, a checksum of another kind, chunks with signatures', async () => {
    const key = newKey();
    await artifacts.write(key, 'here first');
    const { endpoint, region, credentials } = location;
    const asTheSdkComes = s3Client({ endpoint, region, credentials });
    asTheSdkComes.config.requestChecksumCalculation = async () => 'WHEN_SUPPORTED';
    const at = bucket.at(key);

    for (const refused of [
      () =>
        bucket.client.send(
          new CopyObjectCommand({ ...at, CopySource: `artifacts/${key}`, CopySourceIfNoneMatch: '"a"' }),
        ),
      () => bucket.client.send(new GetObjectTaggingCommand(at)),
      () => bucket.client.send(new PutObjectCommand({ ...at, Tagging: 'a=b' })),
      () => bucket.client.send(new DeleteObjectCommand({ ...at, IfMatch: '*' })),
      () => asTheSdkComes.send(new PutObjectCommand({ ...at, Body: 'x' })),
    ]) {
      await expect(refused()).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    }
    expect(await artifacts.read(key)).toBe('here first');
  });

  it.each([
    ['no XML', 'parts, please', 'MalformedXML'],
    ['no parts', '<CompleteMultipartUpload></CompleteMultipartUpload>', 'MalformedXML'],
    ['an unclosed part', `${'<Part>'.repeat(10_000)}`, 'MalformedXML'],
    [
      'entities that grow',
      '<!DOCTYPE a [<!ENTITY b "&b;&b;">]><Part><PartNumber>&b;</PartNumber></Part>',
      'MalformedXML',
    ],
    ['part numbers that are none', '<Part><PartNumber>1e9999</PartNumber><ETag>"x"</ETag></Part>', 'MalformedXML'],
    ['far too much', '<Part>'.padEnd(5_000_000), 'EntityTooLarge'],
  ])('to complete an upload with %s', async (_, body, code) => {
    const key = newKey();
    const uploadId = await bucket.begin(key);
    const command = new CompleteMultipartUploadCommand({ ...bucket.at(key), UploadId: uploadId });
    const url = await getSignedUrl(bucket.client, command, { expiresIn: 60 });
    const headers = { 'content-length': String(body.length) };

    expect(await send({ method: 'POST', url, headers }, body)).toMatchObject({ status: 400, code });
    expect(await artifacts.findUpload(key)).toEqual({ uploadId, parts: [] });
  });

  it('a header of an answer that a URL would break', async () => {
    const key = newKey();
    await artifacts.write(key, 'x');
    const command = new GetObjectCommand({ ...bucket.at(key), ResponseContentDisposition: 'a\r\nSet-Cookie: b' });

    const { status, headers } = await send({ method: 'GET', url: await getSignedUrl(bucket.client, command) });

    expect(status).toBe(400);
    expect(headers['set-cookie']).toBeUndefined();
  });
});

describe('a range that is none', () => {
  it.each(['bytes=12-10', 'bytes=--5', 'bytes=-', 'bytes=', 'lines=1-2', 'bytes=0-1,3-4', 'bytes=0x1-2'])(
    'is the whole: %s',
    async (range) => {
      const key = newKey();
      await artifacts.write(key, 'the whole');
      const get = await artifacts.presignGet(key, 'x', 60);

      expect(await send({ ...get, headers: { range } })).toMatchObject({ status: 200, body: Buffer.from('the whole') });
    },
  );
});

describe('a client that', () => {
  it('waits to be told to continue is told, or refused', async () => {
    const key = newKey();
    const put = await aPut(key);
    const expecting = (url: string) => begin({ ...put, url, headers: { ...put.headers, expect: '100-continue' } });

    const good = expecting(put.url);
    good.flushHeaders();
    await once(good, 'continue');
    good.end(bytes);
    expect(await answerTo(good)).toMatchObject({ status: 200 });

    const bad = expecting(`${put.url}0`);
    bad.flushHeaders();
    expect(await answerTo(bad)).toMatchObject({ status: 403 });
    bad.destroy();
    expect(await artifacts.stat(key)).toMatchObject(contentOf(bytes));
  });

  it('sends before it listens hears why it was refused', async () => {
    const put = await aPut(newKey());
    const large = Buffer.alloc(20_000_000);
    const request = begin({ ...put, headers: { ...put.headers, 'content-length': String(large.length) } });
    request.write(large.subarray(0, 10_000_000), () => request.end(large.subarray(10_000_000)));

    expect(await answerTo(request)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  });

  it('was refused and goes on sending is cut off', async () => {
    const started = performance.now();
    const { hostname, port } = new URL(location.endpoint);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    socket.write('PUT /artifacts/key HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n');
    const drip = setInterval(() => socket.write('x'), 100);

    await once(socket.resume(), 'close');
    clearInterval(drip);

    expect(performance.now() - started).toBeLessThan(8000);
  });

  it.runIf(existsSync('/proc/self/fd'))('falls silent while it sends is cut off, and leaves nothing', async () => {
    const key = newKey();
    const request = begin(await aPut(key)).on('error', () => undefined);
    request.write(bytes.subarray(1));
    await eventually(async () => (await temporaries()).length, 1);

    await new Promise((resolve) => request.on('close', resolve));

    await eventually(temporaries, []);
    await eventually(openFiles, []);
    expect(await artifacts.stat(key)).toBeUndefined();
  });

  it.runIf(existsSync('/proc/self/fd'))('falls silent while it receives is cut off, and leaves nothing', async () => {
    const key = newKey();
    await artifacts.write(key, 'x'.repeat(30_000_000));
    const request = begin(await artifacts.presignGet(key, 'x', 60));
    request.end();
    const [response] = await once(request, 'response');
    response.on('error', () => undefined);
    expect(openFiles()).toHaveLength(1);

    await eventually(openFiles, []);
    request.destroy();
  });

  it.runIf(existsSync('/proc/self/fd'))('hangs up, again and again, leaves nothing', async () => {
    const key = newKey();
    await artifacts.write(key, 'x'.repeat(5_000_000));
    const get = await artifacts.presignGet(key, 'x', 60);
    const put = await aPut(newKey());

    for (let round = 0; round < 20; round += 1) {
      const requests = [begin(get), begin(put), begin({ ...get, headers: { range: 'bytes=9-' } })];
      for (const request of requests)
        request.on('error', () => undefined).on('response', (r) => r.on('error', () => undefined));
      requests[0]?.end();
      requests[1]?.write(bytes.subarray(round * 1000));
      requests[2]?.end();
      await sleep(round);
      for (const request of requests) request.destroy();
    }

    await eventually(temporaries, []);
    await eventually(openFiles, []);
  });
});

describe('a download that has begun', () => {
  const half = 12 * 2 ** 20;

  it.each(['one piece', 'parts'])('goes on to its end when the object, in %s, is removed', async (form) => {
    const key = newKey();
    const body = Buffer.concat([Buffer.alloc(half, 'a'), Buffer.alloc(half, 'b')]);
    if (form === 'parts') {
      const { uploadId } = await artifacts.openUpload(key);
      for (const [at, part] of [body.subarray(0, half), body.subarray(half)].entries()) {
        expect(await send(await artifacts.presignPart(key, uploadId, at + 1, contentOf(part), 60), part)).toMatchObject(
          { status: 200 },
        );
      }
      await artifacts.closeUpload(key, uploadId, (await artifacts.openUpload(key)).parts);
    } else {
      await send(await artifacts.presignPut(key, contentOf(body), 60), body);
    }
    const request = begin(await artifacts.presignGet(key, 'x', 60));
    request.end();
    const [response] = await once(request, 'response');

    await bucket.remove(key);
    let received = 0;
    for await (const chunk of response) received += chunk.length;

    expect(received).toBe(2 * half);
    expect(await artifacts.stat(key)).toBeUndefined();
    await eventually(() => readdir(path.join(directory, 'joined')), []);
  });
});
