import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterAll, expect, vi } from 'vitest';
import type { Received } from '../../shared/contract/operations.ts';
import type { Client } from '../../shared/http/client.ts';
import type { TestRegistry } from './registry.ts';

/** A message as a receiver got it. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly id: string;
  readonly timestamp: string;
  readonly body: string;
  readonly type: string;
  /** What it says, once its signature is verified. @throws where it is not signed with this secret */
  verified(secret: string, at?: Date): unknown;
}

export interface Receiver {
  readonly url: string;
  /** All that it got so far. */
  readonly messages: readonly Message[];
  /** Waits until it got so many messages, and answers them. */
  received(count: number): Promise<readonly Message[]>;
}

type Answering = (message: Message) => { readonly status: number; readonly body?: string };

/** A receiver of webhooks on this machine, which a registry trusts. */
export async function aReceiver(
  registry: Pick<TestRegistry, 'trust'>,
  answer: Answering = () => ({ status: 200 }),
): Promise<Receiver> {
  const messages: Message[] = [];
  const server = createServer(async (request, response) => {
    const message = messageOf(request.headers, await text(request));
    messages.push(message);
    const { status, body = '' } = answer(message);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  registry.trust(origin);
  return {
    url: `${origin}/signet`,
    messages,
    received: (count) =>
      vi.waitFor(() => {
        expect(messages.length).toBeGreaterThanOrEqual(count);
        return messages;
      }, WAIT),
  };
}

const WAIT = { timeout: 20_000, interval: 20 };

function messageOf(headers: NodeJS.Dict<string | string[]>, body: string): Message {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' } = headers as Record<string, string>;
  return {
    headers: headers as Record<string, string>,
    id,
    timestamp,
    body,
    type: JSON.parse(body).type,
    verified(secret, at = new Date()) {
      // The library holds the time against the machine's clock, and not against that of a test.
      vi.useFakeTimers({ now: at, toFake: ['Date'] });
      try {
        return new Webhook(secret).verify(body, headers as Record<string, string>);
      } finally {
        vi.useRealTimers();
      }
    },
  };
}

type Delivery = Received<'listDeliveries'>['items'][number];

/** Waits until a webhook has so many deliveries in a state, of those that are asked for, and answers them. */
export const deliveriesOf = (
  admin: Client,
  webhook: string,
  state: Delivery['state'],
  count = 1,
  isAskedFor: (delivery: Delivery) => boolean = () => true,
): Promise<Delivery[]> =>
  vi.waitFor(async () => {
    const { items } = await admin.listDeliveries({ webhook, state, limit: 100 });
    const found = items.filter(isAskedFor);
    expect(found.length).toBeGreaterThanOrEqual(count);
    return found;
  }, WAIT);
