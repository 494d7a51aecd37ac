import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A receiver of webhooks on this machine, which notes how old each event is when it gets it. */
export interface Receiver extends Disposable {
  /** Where it answers at once. */
  readonly url: string;
  /** Where it takes a connection and says nothing for a long time. What arrives here is not counted. */
  readonly slowUrl: string;
  readonly origin: string;
  /** Milliseconds from the commit of each event to its arrival. */
  readonly ages: readonly number[];
}

const SLOW_MS = 10_000;

export async function startReceiver(): Promise<Receiver> {
  const ages: number[] = [];
  const server = createServer(async (request, response) => {
    const arrived = Date.now();
    const { timestamp } = JSON.parse(await text(request));
    const answer = () => response.writeHead(204).end();
    if (request.url === '/slow') return setTimeout(answer, SLOW_MS);
    ages.push(arrived - Date.parse(timestamp));
    return answer();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/`,
    slowUrl: `${origin}/slow`,
    origin,
    ages,
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
