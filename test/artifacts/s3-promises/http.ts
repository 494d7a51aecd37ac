import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as overHttp } from 'node:http';
import { request as overTls } from 'node:https';
import { buffer } from 'node:stream/consumers';

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  /** The error code of S3 in the document, where there is one. */
  readonly code: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Sends a request as it is: the path is not tidied and no header is added but Host and Connection. */
export async function send(sent: Sent, body: Uint8Array | string = ''): Promise<Answer> {
  const request = begin(sent);
  request.end(body);
  return answerTo(request);
}

/** A request whose head is on its way and whose body is up to the test. */
export function begin({ method, url, headers = {} }: Sent): ClientRequest {
  const [, protocol, host, path] = /^(https?:)\/\/([^/]+)(.*)$/s.exec(url) ?? [];
  const { hostname, port } = new URL(`${protocol}//${host}`);
  const overNet = protocol === 'https:' ? overTls : overHttp;
  return overNet({ method, hostname, port, path, headers: { connection: 'close', ...headers } });
}

export async function answerTo(request: ClientRequest): Promise<Answer> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body = await buffer(response);
  const [, code] = /<Code>(\w+)<\/Code>/.exec(body.toString('latin1', 0, 2000)) ?? [];
  return { status: response.statusCode ?? 0, code, headers: response.headers, body };
}
