import { STATUS_CODES } from 'node:http';
import { HEADERS, type Response } from '../../shared/http/problem.ts';

/** A refusal of what is not yet a request of the contract, and so has no code of it: HTTP itself is at fault. */
export class HttpRefusal extends Error {
  readonly status: 400 | 408 | 431;

  constructor(status: HttpRefusal['status'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpRefusal';
    this.status = status;
  }
}

/** The answer to it, as RFC 9457 has it. */
export function httpProblem({ status, message }: HttpRefusal, requestId: string): Response {
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail: message, requestId };
  return {
    statusCode: status,
    headers: { ...HEADERS, 'content-type': 'application/problem+json', 'x-request-id': requestId },
    body: JSON.stringify(body),
  };
}
