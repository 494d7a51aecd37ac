import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { malformed } from './gateway/malformed.ts';

/** An HTTP server that waits for its handler. */
export interface Listening {
  readonly server: Server;
  readonly endpoint: string;
  /** Takes no more requests, and ends when those under way are answered, or after five seconds. */
  close(): Promise<void>;
}

const CLOSE_MS_MAX = 5_000;

/** Takes a port; 0 is any that is free. @throws errors with a code of the operating system, such as `EADDRINUSE` */
export async function listen(host: string, port: number): Promise<Listening> {
  const server = createServer({
    headersTimeout: 15_000,
    // A slow link may take hours over a file: bodies are timed by those who read them.
    requestTimeout: 0,
    // Longer than clients keep a connection, so that none sends on one that is just being closed.
    keepAliveTimeout: 65_000,
  });
  server.on('clientError', malformed);
  server.listen(port, host);
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return { server, endpoint: `http://${nameOf(host)}:${taken}`, close: () => closed(server) };
}

/** Whether an address stands for all that the machine has. */
export const isEverywhere = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** How this machine calls what listens on an address, as a URL writes it. */
function nameOf(host: string): string {
  if (isEverywhere(host)) return host === '::' ? '[::1]' : '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function closed(server: Server): Promise<void> {
  const ended = once(server, 'close');
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const late = setTimeout(() => server.closeAllConnections(), CLOSE_MS_MAX);
  await ended;
  clearInterval(idle);
  clearTimeout(late);
}
