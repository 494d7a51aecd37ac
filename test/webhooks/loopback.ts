import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll } from 'vitest';
import type { Network } from '../../shared/webhooks/dial.ts';

/** A server of HTTP on this machine, for as long as a test file runs. Answers its port. */
export const httpServer = (listener: RequestListener): Promise<number> => listening(createServer(listener));

/** The same with TLS, under a certificate for `localhost` that signs itself. */
export const httpsServer = (tls: { key: string; cert: string }, listener: RequestListener): Promise<number> =>
  listening(createSecureServer(tls, listener));

/** A server that does what it likes with a connection. */
export const tcpServer = (listener: (socket: Socket) => void): Promise<number> => listening(createTcpServer(listener));

interface Server {
  listen(port: number, host: string, done: () => void): unknown;
  address(): unknown;
  close(): unknown;
  on(event: 'connection', listener: (socket: Socket) => void): unknown;
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterAll(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A network whose names lead where a test says, and that counts who is connected to. */
export function aNetwork(names: Readonly<Record<string, readonly string[]>> = {}, more: Partial<Network> = {}) {
  const connections: string[] = [];
  const resolved: string[] = [];
  const resolve = async (host: string) => {
    resolved.push(host);
    const found = names[host];
    if (!found) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
    return found;
  };
  const network: Network = {
    resolve,
    resolveNearby: resolve,
    connect: (address, port) => {
      connections.push(address);
      return connect({ host: address, port });
    },
    ...more,
  };
  return { network, connections, resolved };
}
