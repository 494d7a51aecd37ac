import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from '../../shared/http/problem.ts';
import { drain } from '../drain.ts';

/**
 * Sends an answer. A stream is asked for more only as fast as the client reads, and for no more once it is gone.
 * @throws what the stream throws: the connection then breaks, so that a client does not take a part for the whole
 */
export async function send(
  message: IncomingMessage,
  response: ServerResponse,
  { statusCode, headers, body }: Response,
): Promise<void> {
  if (typeof body !== 'string') {
    response.writeHead(statusCode, headers);
    await pipeline(Readable.from(body), response);
    return;
  }
  const length = statusCode === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(statusCode, { ...headers, ...length });
  if (message.complete) return void response.end(body);

  response.write(body);
  await drain(message);
  response.end();
}
