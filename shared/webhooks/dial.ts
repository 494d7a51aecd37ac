import { lookup, Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as connectTo, isIP, type Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import { isPublic } from './address.ts';

/** How a connection is made: what there is of the network. */
export interface Network {
  /** All addresses that a name has in the DNS. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** The same for a name that may be known to this machine alone. */
  readonly resolveNearby: (host: string) => Promise<readonly string[]>;
  /** Begins to connect to an address. */
  readonly connect: (address: string, port: number) => Socket;
  /** Certificates of authorities besides those that Node knows. */
  readonly ca?: string;
}

/**
 * The system's own look-up takes one of Node's four threads for as long as a name server likes: names of receivers that
 * hang would hold up every file. So the DNS is asked, and only names that are trusted are looked up.
 */
export const internet: Network = {
  async resolve(host) {
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    return found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  },
  resolveNearby: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  connect: (address, port) => connectTo({ host: address, port }),
};

/** A receiver that is not connected to, for a reason that its owner may know. */
export class Unreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unreachable';
  }
}

/** One address after the other: each gets so long. */
const CONNECT_MS_MAX = 3_000;

/**
 * A connection to a receiver, and never to anything near the registry, whatever its name leads to. The name is looked up
 * once, here; if any address that it has is not a public one, none is taken. The connection is then made to an address,
 * not to the name, and before anything is sent it is asked where it ended.
 *
 * @throws {Unreachable}
 * @throws errors of the system and of TLS, with their codes
 */
export async function dial(
  url: URL,
  { isTrusted, signal }: { readonly isTrusted: boolean; readonly signal: AbortSignal },
  network: Network = internet,
): Promise<Socket> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const found = isTrusted ? network.resolveNearby(host) : network.resolve(host);
  const addresses = await before(signal, found).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new Unreachable(NOT_PUBLIC, { cause });
  });
  if (addresses.length === 0 || !(isTrusted || addresses.every(isPublic))) throw new Unreachable(NOT_PUBLIC);

  const socket = await firstOf(addresses, Number(url.port) || (url.protocol === 'https:' ? 443 : 80), network, signal);
  if (!isTrusted && !isPublic(socket.remoteAddress ?? '')) {
    socket.destroy();
    throw new Unreachable(NOT_PUBLIC);
  }
  return url.protocol === 'https:' ? secured(socket, host, network, signal) : socket;
}

/** The same for a name that leads nowhere, so that nobody learns which names there are near the registry. */
const NOT_PUBLIC = 'the name leads to no public address';

async function firstOf(addresses: readonly string[], port: number, network: Network, signal: AbortSignal) {
  let last: unknown;
  for (const address of addresses) {
    const socket = network.connect(address, port);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS_MAX)]);
    try {
      await once(socket, 'connect', { signal: limit });
      return socket;
    } catch (error) {
      socket.destroy();
      signal.throwIfAborted();
      last = limit.aborted ? new Unreachable('nobody answers at its address', { cause: error }) : error;
    }
  }
  throw last;
}

/** TLS on a connection, for the name that was asked for, whatever the environment says about certificates. */
async function secured(socket: Socket, host: string, { ca }: Network, signal: AbortSignal): Promise<Socket> {
  const tls = secure({
    socket,
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca }),
  });
  try {
    await once(tls, 'secureConnect', { signal });
    return tls;
  } catch (error) {
    tls.destroy();
    socket.destroy();
    throw error;
  }
}

/** What a promise brings, unless time is up before. */
async function before<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([promise, ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
