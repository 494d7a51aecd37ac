import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpRefusal, httpProblem } from './http-refusal.ts';

/** Answers what Node could not read as HTTP, or waited for too long, and ends its connection. */
export function malformed(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();

  const { statusCode, headers, body } = httpProblem(refusalOf(error), randomUUID());
  const head = Object.entries({ ...headers, connection: 'close', 'content-length': Buffer.byteLength(String(body)) });
  const lines = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    ...head.map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function refusalOf({ code, message }: Error & { readonly code?: string }): HttpRefusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpRefusal(431, 'The headers of the request are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpRefusal(408, 'The head of the request did not come to its end in time.');
    default:
      return new HttpRefusal(400, `The request is not HTTP: ${message}.`);
  }
}
