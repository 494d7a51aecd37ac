import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import type { Outcome } from '../domain/delivery.ts';
import { dial, internet, type Network, Unreachable } from './dial.ts';

/** Sends messages to receivers. */
export interface Sender {
  /** One request. It always ends, and never throws for what the receiver does. */
  send(message: OutgoingMessage): Promise<Outcome>;
}

export interface OutgoingMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SenderOptions {
  /** Origins that need be neither public nor https. */
  readonly trustedOrigins: ReadonlySet<string>;
  readonly now: () => Date;
  readonly network?: Network;
  readonly secondsMax?: number;
}

const SECONDS_MAX = 15;
/** Of an answer nothing is kept but its status. So much is read, to be polite. */
const READ_BYTES_MAX = 65_536;

/** Sends over a connection of its own each time: without proxies, redirects or cookies. */
export function httpSender(options: SenderOptions): Sender {
  const { now, secondsMax = SECONDS_MAX } = options;
  return {
    async send(message) {
      const at = now();
      const begun = performance.now();
      const ended = await exchange(message, options).catch((error: unknown) => ({
        error: reasonOf(error, secondsMax),
      }));
      const milliseconds = Math.round(performance.now() - begun);
      return { at: at.toISOString(), milliseconds, ...ended };
    },
  };
}

async function exchange(
  { url: text, headers, body }: OutgoingMessage,
  { trustedOrigins, now, network = internet, secondsMax = SECONDS_MAX }: SenderOptions,
): Promise<Pick<Outcome, 'status' | 'error' | 'retryAfterSeconds'>> {
  const url = new URL(text);
  const signal = AbortSignal.timeout(secondsMax * 1_000);
  const socket = await dial(url, { isTrusted: trustedOrigins.has(url.origin), signal }, network);
  try {
    const answer = await answered(url, { headers, body }, socket, signal);
    const { statusCode: status = 0 } = answer;
    const retryAfterSeconds = secondsFrom(answer.headers['retry-after'], now());
    // The status says it all: if the rest does not come, it has arrived all the same.
    await drained(answer).catch(() => {});
    return {
      status,
      ...(status >= 300 && status < 400 && { error: 'redirects are not followed' }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    };
  } finally {
    socket.destroy();
  }
}

function answered(
  url: URL,
  { headers, body }: Omit<OutgoingMessage, 'url'>,
  socket: Socket,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const answer = Promise.withResolvers<IncomingMessage>();
  const asked = request({
    method: 'POST',
    host: url.hostname,
    path: url.pathname + url.search,
    headers: {
      host: url.host,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Signet-Webhooks/1',
      connection: 'close',
      ...headers,
    },
    createConnection: () => socket,
    signal,
  });
  asked.on('response', answer.resolve).on('error', answer.reject).end(body);
  return answer.promise;
}

async function drained(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length;
    if (bytes >= READ_BYTES_MAX) return;
  }
}

/** The wait that a header asks for: seconds, or a date. */
export function secondsFrom(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = /GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1_000));
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was broken off',
  EPIPE: 'the connection was broken off',
  EHOSTUNREACH: 'nobody answers at its address',
  ENETUNREACH: 'nobody answers at its address',
  ETIMEDOUT: 'nobody answers at its address',
};

/** Why there was no answer, in words of the registry: nothing of what the receiver sent. */
function reasonOf(error: unknown, secondsMax: number): string {
  if (error instanceof Unreachable) return error.message;
  if (error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name)) {
    return `no answer within ${secondsMax} seconds`;
  }
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string') return 'the request failed';
  if (code.startsWith('HPE_')) return 'the answer is not HTTP';
  return REASONS[code] ?? `the connection failed: ${code}`;
}
