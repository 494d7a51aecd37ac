import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { send } from '../../local/gateway/send.ts';

const LINE = `${'x'.repeat(1_000)}\n`;
const LINES_MAX = 100_000;

/** What is asked of a stream while a client reads it. */
async function reading(lines: (seen: Seen) => AsyncIterable<string>) {
  const seen: Seen = { asked: 0, ended: false };
  const server = createServer((message, response) => {
    send(message, response, { statusCode: 200, headers: {}, body: lines(seen) }).catch((error: unknown) => {
      seen.error = error;
      response.destroy();
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const [answer] = (await once(get({ port: (server.address() as AddressInfo).port }), 'response')) as [IncomingMessage];
  return { answer, seen };
}

interface Seen {
  asked: number;
  ended: boolean;
  error?: unknown;
}

async function* endless(seen: Seen) {
  try {
    for (; seen.asked < LINES_MAX; seen.asked += 1) yield LINE;
  } finally {
    seen.ended = true;
  }
}

describe('an answer that streams', () => {
  it('is asked for no more than its client reads', async () => {
    const { answer, seen } = await reading(endless);
    answer.pause();
    await setTimeout(100);
    const before = seen.asked;
    await setTimeout(100);

    expect(seen.asked).toBe(before);
    expect(seen.asked).toBeLessThan(LINES_MAX / 2);
  });

  it('ends when its client goes', async () => {
    const { answer, seen } = await reading(endless);
    answer.destroy();

    await expect.poll(() => seen.ended).toBe(true);
    expect(seen.asked).toBeLessThan(LINES_MAX);
  });

  it('breaks off where it fails, so that nobody takes a part for the whole', async () => {
    const { answer, seen } = await reading(async function* () {
      yield LINE;
      throw new Error('the database went away');
    });

    await expect(answer.toArray()).rejects.toThrow('aborted');
    expect(seen.error).toMatchObject({ message: 'the database went away' });
  });
});
