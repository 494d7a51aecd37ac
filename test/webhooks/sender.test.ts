import { describe, expect, it } from 'vitest';
import { httpSender, secondsFrom } from '../../shared/webhooks/sender.ts';
import { httpServer, tcpServer } from './loopback.ts';

const now = () => new Date('2026-03-04T05:06:07.890Z');

/** Sends to a port of this machine, which is trusted. */
async function sendTo(port: number, path = '/', secondsMax = 1) {
  const origin = `http://127.0.0.1:${port}`;
  const sender = httpSender({ trustedOrigins: new Set([origin]), now, secondsMax });
  const begun = performance.now();
  const outcome = await sender.send({ url: origin + path, headers: { 'webhook-id': 'evt_1' }, body: '{"a":"ä"}' });
  return { outcome, took: performance.now() - begun };
}

describe('a message to a receiver', () => {
  it('is one POST of JSON, with the headers that it is given, and nothing is kept of the answer but its status', async () => {
    const seen: unknown[] = [];
    const port = await httpServer(async (request, response) => {
      const body = (await Array.fromAsync(request)).join('');
      seen.push([request.method, request.url, request.headers, body]);
      response.writeHead(202, { 'set-cookie': 'a=b' }).end('a secret of the receiver');
    });
    const { outcome } = await sendTo(port, '/hooks?key=1');

    expect(seen).toEqual([
      [
        'POST',
        '/hooks?key=1',
        {
          host: `127.0.0.1:${port}`,
          'content-type': 'application/json',
          'content-length': '10',
          'user-agent': 'Signet-Webhooks/1',
          connection: 'close',
          'webhook-id': 'evt_1',
        },
        '{"a":"ä"}',
      ],
    ]);
    expect(outcome).toEqual({ at: now().toISOString(), milliseconds: expect.any(Number), status: 202 });
  });

  it('ends in time when the receiver says nothing', async () => {
    const port = await tcpServer(() => {});
    const { outcome, took } = await sendTo(port);

    expect(outcome).toMatchObject({ error: 'no answer within 1 seconds' });
    expect(outcome).not.toHaveProperty('status');
    expect(took).toBeLessThan(3_000);
  });

  it('ends in time when the answer comes byte by byte: its status counts', async () => {
    const port = await httpServer((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    });
    const { outcome, took } = await sendTo(port);

    expect(outcome).toMatchObject({ status: 200 });
    expect(took).toBeLessThan(3_000);
  });

  it('reads 64 KB of an answer that has no end', async () => {
    let written = 0;
    const port = await httpServer((_, response) => {
      const chunk = Buffer.alloc(65_536);
      const pour = () => {
        while (!response.destroyed && written < 1_000_000_000) {
          written += chunk.length;
          if (!response.write(chunk)) return response.once('drain', pour);
        }
        return response;
      };
      pour();
    });
    const { outcome, took } = await sendTo(port);

    expect(outcome).toMatchObject({ status: 200 });
    expect(took).toBeLessThan(900);
    // What the sockets between hold.
    expect(written).toBeLessThan(20_000_000);
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.9\r\n', 'the answer is not HTTP'],
    ['has headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`, 'the answer is not HTTP'],
    ['breaks off', '', 'the connection was broken off'],
  ])('has failed when the answer %s', async (_, bytes, error) => {
    const port = await tcpServer((socket) => socket.once('data', () => socket.end(bytes)));

    expect((await sendTo(port)).outcome).toMatchObject({ error });
  });

  it('has failed when nobody listens', async () => {
    expect((await sendTo(1)).outcome).toMatchObject({ error: 'the connection was refused' });
  });

  it('brings along how long the receiver asked to wait', async () => {
    const port = await httpServer((_, response) => response.writeHead(503, { 'retry-after': '120' }).end());

    expect((await sendTo(port)).outcome).toMatchObject({ status: 503, retryAfterSeconds: 120 });
  });
});

it.each([
  ['120', 120],
  ['0', 0],
  ['Wed, 04 Mar 2026 05:07:07 GMT', 60],
  ['Wed, 04 Mar 2020 05:07:07 GMT', 0],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['99999999999', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s seconds', (header, seconds) => {
  expect(secondsFrom(header, now())).toBe(seconds);
});
