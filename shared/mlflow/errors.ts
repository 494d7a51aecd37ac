import { FAILURES, type Failure, type FailureCode } from '../errors.ts';
import { HEADERS, type Response } from '../http/problem.ts';

/**
 * What MLflow's client knows of errors, with the status that each has here. It decides by the code and not by the status,
 * and repeats what has 408, 429 or 5xx for minutes: nothing that would fail again has one of these.
 */
const STATUS = {
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  RESOURCE_CONFLICT: 409,
  ABORTED: 409,
  REQUEST_LIMIT_EXCEEDED: 429,
  INTERNAL_ERROR: 500,
  TEMPORARILY_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const;

export type MlflowErrorCode = keyof typeof STATUS;

/** The failures that mean something else to MLflow than others of their status. */
const NAMED: Partial<Record<FailureCode, MlflowErrorCode>> = {
  'route.not_found': 'ENDPOINT_NOT_FOUND',
  'model.exists': 'RESOURCE_ALREADY_EXISTS',
  'write.conflict': 'ABORTED',
};

const BY_STATUS: Readonly<Record<number, MlflowErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  409: 'RESOURCE_CONFLICT',
  410: 'RESOURCE_DOES_NOT_EXIST',
  429: 'REQUEST_LIMIT_EXCEEDED',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** What MLflow calls a failure. */
export const mlflowCodeOf = (code: FailureCode): MlflowErrorCode =>
  NAMED[code] ?? BY_STATUS[FAILURES[code].status] ?? 'INVALID_PARAMETER_VALUE';

/** The answer to a failure, in MLflow's shape. Without one it is a bug, and tells the caller nothing. */
export function mlflowError(failure: Failure | undefined, requestId: string): Response {
  const error_code = failure ? mlflowCodeOf(failure.code) : 'INTERNAL_ERROR';
  const message = failure ? wholeMessage(failure) : `Internal error; request ${requestId}`;
  return {
    statusCode: failure?.code === 'request.too_large' ? FAILURES[failure.code].status : STATUS[error_code],
    headers: { ...HEADERS, 'content-type': 'application/json', 'x-request-id': requestId },
    body: JSON.stringify({ error_code, message, ...(failure && { code: failure.code }) }),
  };
}

/** MLflow's client shows the message alone: whatever is wrong with which field has to be in it. */
function wholeMessage({ message, issues }: Failure): string {
  const untold = issues.filter((issue) => !message.includes(issue.message));
  return [message, ...untold.map((issue) => `${issue.field}: ${issue.message}.`)].join(' ');
}
