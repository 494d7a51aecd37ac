import { Failure } from '../../shared/errors.ts';
import { HEADERS, problem, type Response } from '../../shared/http/problem.ts';
import type { Services } from '../../shared/http/services.ts';
import { mlflowError } from '../../shared/mlflow/errors.ts';
import { HttpRefusal, httpProblem } from './http-refusal.ts';
import { isOfMlflow, methodsAt } from './routes.ts';

/** What is known of a request as soon as its head is there. */
export interface RequestHead {
  readonly id: string;
  readonly begun: number;
  readonly method: string;
  readonly path: string;
}

/** The answer to a request that did not come as far as an operation, with the line that tells of it in the log. */
export function refused(
  error: unknown,
  head: RequestHead,
  { services, region }: { readonly services: Pick<Services, 'log'>; readonly region: string },
): Response {
  const { id: requestId, method, path, begun } = head;
  const operation = `${method} ${path}`;
  const failure = error instanceof Failure ? error : undefined;
  const refuse = isOfMlflow(path) ? mlflowError : problem;
  const answer = error instanceof HttpRefusal ? httpProblem(error, requestId) : refuse(failure, requestId);
  if (answer.statusCode === 500) services.log({ code: 'request.failed', requestId, operation, error });

  services.log({
    code: 'request.answered',
    requestId,
    operation,
    status: answer.statusCode,
    milliseconds: Math.round(performance.now() - begun),
    failure: failure?.code,
  });
  return { ...answer, headers: { ...answer.headers, ...advice(answer.statusCode, path, region) } };
}

/** What HTTP wants to be said with a status: what there is instead, and how to say who one is. */
function advice(status: number, path: string, region: string): Record<string, string> {
  const methods = methodsAt(path);
  if (status === 401) {
    const signed = `AWS4-HMAC-SHA256 service="execute-api", region="${region}"`;
    return { 'www-authenticate': isOfMlflow(path) ? `${signed}, Bearer` : signed };
  }
  return status === 404 && methods.length > 0 ? { allow: methods.join(', ') } : {};
}

/** The answer that nobody has to sign for. */
export const plain = (
  statusCode: 200 | 204,
  requestId: string,
  headers: Record<string, string>,
  body = '',
): Response => ({
  statusCode,
  headers: { ...HEADERS, 'x-request-id': requestId, ...headers },
  body,
});
