import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

/** A program that somebody else wrote, and that wants to know what happens in the registry. */
export interface Receiver {
  readonly origin: string;
  /** From now on it believes nothing that is not signed with this secret. */
  trust(secret: string): void;
  /** The types of the events that it believed, by their ids. */
  readonly believed: ReadonlyMap<string, string>;
  readonly disbelieved: () => number;
  close(): void;
}

export async function openReceiver(): Promise<Receiver> {
  let verifier: Webhook | undefined;
  let disbelieved = 0;
  const believed = new Map<string, string>();
  const server = createServer(async (request, response) => {
    try {
      const headers = request.headers as Record<string, string>;
      const body = await text(request);
      if (!verifier) throw new Error('There is no secret yet.');
      const { type } = verifier.verify(body, headers) as { readonly type: string };
      believed.set(headers['webhook-id'] ?? '', type);
      response.writeHead(204).end();
    } catch {
      disbelieved += 1;
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trust: (secret) => {
      verifier = new Webhook(secret);
    },
    believed,
    disbelieved: () => disbelieved,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
