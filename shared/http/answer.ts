import type { APIGatewayProxyEvent } from 'aws-lambda';
import { Failure } from '../errors.ts';
import { Unavailable } from '../store/table.ts';
import type { Caller } from './caller.ts';
import type { Response } from './problem.ts';
import type { Services } from './services.ts';

/** What the log tells of a request, as far as it came. */
export interface Seen {
  operation: string;
  caller?: Caller;
}

/** How requests are answered: in words of our own, or in MLflow's. */
export interface Answering {
  readonly answer: (seen: Seen) => Promise<Response>;
  /** The answer to a failure; without one it is a bug. */
  readonly refuse: (failure: Failure | undefined, requestId: string) => Response;
}

/** Answers a request whatever becomes of it, and writes its line. `operation` is what it is called until more is known. */
export async function answerAndLog(
  { requestContext: { requestId } }: Pick<APIGatewayProxyEvent, 'requestContext'>,
  services: Services,
  operation: string,
  { answer, refuse }: Answering,
): Promise<Response> {
  const begun = performance.now();
  const seen: Seen = { operation };
  let failure: Failure | undefined;
  const response = await answer(seen).catch((error: unknown) => {
    failure = asFailure(error);
    if (failure !== error) services.log({ code: 'request.failed', requestId, operation: seen.operation, error });
    return refuse(failure, requestId);
  });
  services.log({
    code: 'request.answered',
    requestId,
    operation: seen.operation,
    status: response.statusCode,
    milliseconds: Math.round(performance.now() - begun),
    failure: failure?.code,
    principal: seen.caller?.actor.principal,
    tenant: seen.caller?.tenant,
  });
  return response;
}

/** The failure that an error means to a caller, or `undefined` for a bug. */
function asFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  if (error instanceof Unavailable) return new Failure('storage.unavailable', error.message, { cause: error });
  return undefined;
}
