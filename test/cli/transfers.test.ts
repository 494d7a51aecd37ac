import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchBytes } from '../../cli/pull/fetch.ts';
import { send } from '../../cli/push/send.ts';

const CONTENT = Buffer.from('0123456789'.repeat(100_000));

/** An object store that answers its requests one after the other as a test wants. */
let answers: ((message: IncomingMessage, response: ServerResponse) => unknown)[];
let arrived: IncomingMessage[];
let server: Server;
let url: string;
let directory: string;
let moved: number;

const count = (bytes: number) => {
  moved += bytes;
};

beforeEach(async () => {
  [answers, arrived, moved] = [[], [], 0];
  directory = await mkdtemp(path.join(tmpdir(), 'signet-transfer-'));
  server = createServer((message, response) => {
    arrived.push(message);
    answers.shift()?.(message, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/object`;
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await rm(directory, { recursive: true });
});

describe('an upload', () => {
  const received: Buffer[] = [];
  const taking = async (message: IncomingMessage, response: ServerResponse) => {
    received.push(await buffer(message));
    response.end();
  };
  const refusing = (status: number, code: string) => async (message: IncomingMessage, response: ServerResponse) => {
    await buffer(message);
    response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
  };

  const upload = async (bytes: number, from = 0) => {
    received.length = 0;
    const file = path.join(directory, 'file');
    await writeFile(file, CONTENT);
    const headers = { 'content-length': String(bytes), 'x-amz-checksum-sha256': 'abc=', 'if-none-match': '*' };
    return send({ path: 'file', file, from, bytes, request: { method: 'PUT', url, headers } }, count);
  };

  it('has exactly the headers that were signed, and the bytes that were asked for', async () => {
    answers = [taking];
    expect(await upload(1000, 5)).toBe('sent');
    expect(received[0]?.equals(CONTENT.subarray(5, 1005))).toBe(true);
    const { host: _, connection: __, ...headers } = arrived[0]?.headers ?? {};
    expect(headers).toEqual({ 'content-length': '1000', 'x-amz-checksum-sha256': 'abc=', 'if-none-match': '*' });
  });

  it('may be of nothing', async () => {
    answers = [taking];
    expect(await upload(0)).toBe('sent');
    expect(received[0]).toHaveLength(0);
  });

  it.each([
    ['the store fails', refusing(503, 'SlowDown')],
    ['the connection breaks', (message: IncomingMessage) => message.destroy()],
    ['the store hears too little for too long', refusing(400, 'RequestTimeout')],
    ['somebody else sends the same at this moment', refusing(409, 'ConditionalRequestConflict')],
  ])('is sent again when %s, and counted once', async (_, failing) => {
    answers = [failing, taking];
    expect(await upload(CONTENT.length)).toBe('sent');
    expect(moved).toBe(CONTENT.length);
    expect(received.at(-1)?.equals(CONTENT)).toBe(true);
  });

  it('is done when the object is there already', async () => {
    answers = [refusing(412, 'PreconditionFailed')];
    expect(await upload(CONTENT.length)).toBe('there');
    expect(moved).toBe(CONTENT.length);
  });

  it.each([
    [403, 'AccessDenied'],
    [404, 'NoSuchUpload'],
  ])('needs a new request after %i %s', async (status, code) => {
    answers = [refusing(status, code)];
    expect(await upload(CONTENT.length)).toBe('expired');
    expect(moved).toBe(0);
  });

  it.each([
    ['has other bytes than were hashed', refusing(400, 'BadDigest'), CONTENT.length],
    ['has become shorter', (message: IncomingMessage) => message.resume(), CONTENT.length + 1],
  ] as const)('is given up when the file %s', async (_, answer, bytes) => {
    answers = [answer];
    await expect(upload(bytes)).rejects.toThrow('file changed while it was being pushed.');
    expect(arrived).toHaveLength(1);
  });

  it('is given up when the store refuses for good', async () => {
    answers = [refusing(400, 'EntityTooLarge')];
    await expect(upload(CONTENT.length)).rejects.toThrow('file cannot be uploaded: 400 EntityTooLarge.');
  });
});

describe('a download', () => {
  /** Answers a range, and breaks off after so many bytes of it. */
  const giving =
    (until = Number.POSITIVE_INFINITY) =>
    (message: IncomingMessage, response: ServerResponse) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(message.headers.range ?? '') ?? [];
      const bytes = CONTENT.subarray(Number(from), Number(to) + 1);
      response.writeHead(206, { 'content-length': bytes.length });
      if (bytes.length <= until) response.end(bytes);
      else response.write(bytes.subarray(0, until), () => response.destroy());
    };
  const refusing = (status: number) => (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(status).end();

  const download = async (from: number, bytes: number) => {
    const asked: (string | undefined)[] = [];
    const file = path.join(directory, 'file');
    await using handle = await open(file, 'w+');
    const source = async (expired?: { readonly url: string }) => {
      asked.push(expired?.url);
      return { method: 'GET', url: `${url}?${asked.length}`, headers: {} };
    };
    await fetchBytes({ path: 'file', from, bytes, handle, source }, count);
    return { asked, content: await readFile(file) };
  };

  it('lands at its own place', async () => {
    answers = [giving()];
    const { content } = await download(100, 50);
    expect(content.subarray(100).equals(CONTENT.subarray(100, 150))).toBe(true);
    expect(moved).toBe(50);
  });

  it('goes on at the very byte where a connection broke', async () => {
    answers = [giving(400_000), giving(1), giving()];
    const { content } = await download(0, CONTENT.length);
    expect(content.equals(CONTENT)).toBe(true);
    expect(moved).toBe(CONTENT.length);
    const ranges = arrived.map(({ headers }) => Number(/\d+/.exec(headers.range ?? '')?.[0]));
    expect(ranges[0]).toBe(0);
    expect(ranges[2]).toBe((ranges[1] ?? 0) + 1);
  });

  it('asks for a new request when one has expired', async () => {
    answers = [refusing(403), giving()];
    const { asked, content } = await download(0, CONTENT.length);
    expect(asked).toEqual([undefined, `${url}?1`]);
    expect(content.equals(CONTENT)).toBe(true);
  });

  it('is repeated when the store fails', async () => {
    answers = [refusing(500), giving()];
    expect((await download(0, CONTENT.length)).content.equals(CONTENT)).toBe(true);
  });

  it.each([
    ['the object is gone', 0, refusing(404), '404'],
    ['the store has no ranges', 100, (_: IncomingMessage, response: ServerResponse) => response.end(CONTENT), '200'],
  ] as const)('is given up when %s', async (_, from, answer, why) => {
    answers = [answer];
    await expect(download(from, 50)).rejects.toThrow(`file cannot be downloaded: ${why}.`);
  });

  it('takes no more than was asked for', async () => {
    answers = [(_, response) => response.writeHead(206).end(CONTENT)];
    const { content } = await download(0, 50);
    expect(content).toHaveLength(50);
  });
});
