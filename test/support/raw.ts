import { once } from 'node:events';
import { type Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Credential } from '../../local/sigv4.ts';
import { apiSigner } from '../../shared/http/signer.ts';

export interface RawOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Whose signature it bears; without one it is not signed. */
  readonly as?: Credential;
  /** Where the signature is for, if not the registry's region and API. */
  readonly scope?: { readonly region?: string; readonly service?: string };
  /** When it is signed, if not now. */
  readonly signedAt?: () => Date;
  /** Keeps connections for more than one request. */
  readonly agent?: Agent;
  /** What happens to the request after it was signed. */
  readonly tamper?: (request: RawRequest) => Tampered;
}

/** A request as it goes over the wire. `target` is path and query, encoded. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A header can be there more than once. */
type Tampered = Omit<RawRequest, 'headers'> & { readonly headers: Readonly<Record<string, string | string[]>> };

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as JSON, if it is. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, wrong ones among them
  readonly body: any;
  readonly text: string;
  /** The client's end of the connection. */
  readonly localPort: number | undefined;
}

interface Where {
  readonly endpoint: string;
  readonly region: string;
  readonly now: () => Date;
}

/** Sends one request, and reads the whole answer. */
export async function sendRaw(
  where: Where,
  method: string,
  target: string,
  options: RawOptions = {},
): Promise<RawAnswer> {
  const { as, body = '', tamper = (request: RawRequest): Tampered => request } = options;
  const { host, pathname } = new URL(where.endpoint);
  const whole = pathname.replace(/\/$/, '') + target;
  const request = { method, target: whole, headers: { host, ...options.headers }, body };
  const signed = as ? { ...request, headers: await signedHeaders(where, request, as, options) } : request;
  return exchanged(where.endpoint, tamper(signed), options.agent);
}

async function signedHeaders(
  { region, now }: Where,
  { method, target, headers, body }: RawRequest,
  as: Credential,
  { scope = {}, signedAt = now }: RawOptions,
): Promise<Record<string, string>> {
  const [path = '', search = ''] = target.split(/\?(.*)/s);
  const signer = apiSigner(scope.region ?? region, as);
  const { host: hostname = '' } = headers;
  const query = Object.fromEntries(
    [...Map.groupBy(new URLSearchParams(search), ([name]) => name)].map(([name, pairs]) => [
      name,
      pairs.map(([, value]) => value),
    ]),
  );
  const request = { method, protocol: 'http:', hostname, path, query, headers: { ...headers }, body };
  const signing = { signingDate: signedAt(), ...(scope.service && { signingService: scope.service }) };
  return (await signer.sign(request, signing)).headers;
}

async function exchanged(
  endpoint: string,
  { method, target, headers, body }: Tampered,
  agent: Agent | undefined,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(endpoint);
  const length = body.length > 0 && !headers['transfer-encoding'] && { 'content-length': Buffer.byteLength(body) };
  const outgoing = httpRequest({
    method,
    hostname,
    port,
    path: target,
    headers: { ...headers, ...length },
    ...(agent && { agent }),
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const { localPort } = answer.socket;
  const received = await text(answer);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: parsed(received), text: received, localPort };
}

function parsed(received: string): unknown {
  try {
    return JSON.parse(received);
  } catch {
    return undefined;
  }
}
