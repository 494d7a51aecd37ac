import type { APIGatewayProxyEvent } from 'aws-lambda';
import { Failure } from '../errors.ts';
import { answerAndLog, type Seen } from './answer.ts';
import { authorise, callerOf } from './caller.ts';
import { contextOf } from './context.ts';
import type { Endpoint } from './endpoint.ts';
import { HEADERS, problem, type Response } from './problem.ts';
import type { Services } from './services.ts';
import { inputOf } from './wire.ts';

/** Request in, response out: identify, parse, authorise, run, shape. The one path that every operation takes. */
export const respond = (endpoint: Endpoint, event: APIGatewayProxyEvent, services: Services): Promise<Response> =>
  answerAndLog(event, services, endpoint.name, {
    answer: (seen) => answered(endpoint, event, services, seen),
    refuse: problem,
  });

async function answered(endpoint: Endpoint, event: APIGatewayProxyEvent, services: Services, seen: Seen) {
  const { operation } = endpoint;
  // Whoever has a token signed nothing: it is for MLflow's calls alone, and neither votes nor makes another.
  const actor = services.identify(event);
  if (!actor) throw new Failure('caller.unknown', 'The request is not signed by a principal that is known here.');

  const input = inputOf(operation, event);
  const caller = await callerOf(operation, actor, event, services);
  seen.caller = caller;
  authorise(operation, caller, input);

  const context = contextOf(endpoint, event, input, caller, services);
  const answer = await endpoint.answer(input, context);
  return operation.stream
    ? streamed(endpoint, answer as AsyncIterable<unknown>, context.requestId)
    : whole(endpoint, answer, context.requestId);
}

function whole({ operation }: Endpoint, answer: unknown, requestId: string): Response {
  // Parsed on the way out too: what the row does not promise does not leave.
  const output = operation.output.parse(answer);
  const etag: Record<string, string> = operation.etag ? { etag: `"${(output as { revision: number }).revision}"` } : {};
  return {
    statusCode: operation.status,
    headers: { ...HEADERS, 'content-type': 'application/json', 'x-request-id': requestId, ...etag },
    body: JSON.stringify(output),
  };
}

function streamed({ operation }: Endpoint, answer: AsyncIterable<unknown>, requestId: string): Response {
  async function* lines() {
    for await (const line of answer) yield `${JSON.stringify(operation.output.parse(line))}\n`;
  }
  return {
    statusCode: operation.status,
    headers: { ...HEADERS, 'content-type': 'application/jsonl', 'x-request-id': requestId },
    body: lines(),
  };
}
