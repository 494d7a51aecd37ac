import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  /** Path and query, still encoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
  /** In place of JSON: the text as it is. */
  readonly raw?: string;
}

/** A server that answers as a test wants, and keeps what it was asked: a registry may be old, broken or hostile. */
export interface EchoRegistry extends AsyncDisposable {
  readonly endpoint: string;
  readonly arrived: Arrived[];
}

export async function echoRegistry(answer: (request: Arrived) => Answer): Promise<EchoRegistry> {
  const arrived: Arrived[] = [];
  const server = createServer(async (message, response) => {
    const { method = '', url = '', headers } = message;
    const request = { method, url, headers, body: await text(message) };
    arrived.push(request);
    const { status = 200, body, raw } = answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(raw ?? JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
