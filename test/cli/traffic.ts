import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** An object, or some bytes of it, that went over the wire to its end. */
export interface Transfer {
  /** The key of the object. */
  readonly object: string;
  /** The part, of an upload in parts. */
  readonly part: string | null;
  readonly range: string | undefined;
  readonly bytes: number;
}

/** What goes to (`PUT`) or from (`GET`) the object store of this process, as its server sees it. */
export interface Traffic extends Disposable {
  readonly transfers: Transfer[];
}

const CHANNEL = 'http.server.response.finish';

/** Watches; `heard` is told of each transfer that comes to its end. */
export function traffic(method: 'PUT' | 'GET', heard: (transfer: Transfer) => void = () => {}): Traffic {
  const transfers: Transfer[] = [];
  const listener = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://store');
    if (request.method !== method || !pathname.includes('/sha256/') || ![200, 206].includes(response.statusCode))
      return;
    const { range } = request.headers;
    const length = method === 'PUT' ? request.headers['content-length'] : response.getHeader('content-length');
    const part = searchParams.get('partNumber');
    const transfer = { object: pathname, part, range, bytes: Number(length) };
    transfers.push(transfer);
    heard(transfer);
  };
  subscribe(CHANNEL, listener);
  return { transfers, [Symbol.dispose]: () => void unsubscribe(CHANNEL, listener) };
}
