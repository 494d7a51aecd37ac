import { FAILURES, type Failure, problemType } from '../errors.ts';

/** A response, as API Gateway takes it; the body of a stream comes in pieces, and so do the bytes of a file. */
export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<string> | AsyncIterable<Uint8Array>;
}

/** What every answer carries: it is one caller's own, and nothing on its way may keep it. */
export const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** The answer to a failure, as RFC 9457 has it. Without one it is a bug, and tells the caller nothing. */
export function problem(failure: Failure | undefined, requestId: string): Response {
  const { status, body } = failure ? known(failure) : UNKNOWN;
  return {
    statusCode: status,
    headers: { ...HEADERS, 'content-type': 'application/problem+json', 'x-request-id': requestId },
    body: JSON.stringify({ ...body, requestId }),
  };
}

const UNKNOWN = { status: 500, body: { type: 'about:blank', title: 'Internal error', status: 500 } };

function known({ code, message, issues, conditions }: Failure) {
  const { status, title, hint } = FAILURES[code];
  const body = { type: problemType(code), title, status, code, detail: message, hint };
  return {
    status,
    body: { ...body, ...(issues.length > 0 && { issues }), ...(conditions.length > 0 && { conditions }) },
  };
}
