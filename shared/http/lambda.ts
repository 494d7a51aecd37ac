import { Readable } from 'node:stream';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { awsServices } from '../aws/services.ts';
import { Failure } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import { problem, type Response } from './problem.ts';
import { respond } from './respond.ts';
import type { Services } from './services.ts';

/** The handler that Lambda calls for an operation. The only file that knows middy. */
export const lambda = (endpoint: Endpoint) =>
  lambdaOf(endpoint.name, (event, services) => respond(endpoint, event, services), problem, endpoint.operation.stream);

/** The handler of whatever answers requests; `refuse` says in its shape what Lambda itself has to refuse. */
export const lambdaOf = (
  name: string,
  answer: (event: APIGatewayProxyEvent, services: Services) => Promise<Response>,
  refuse: typeof problem,
  streams = false,
) => {
  const isStreamed = streams && canStream();
  return middy<APIGatewayProxyEvent, Result, Error, Context, Internal>({
    streamifyResponse: isStreamed,
    timeoutEarlyResponse: () => SLOW,
  })
    .before(({ internal }) => {
      internal.begun = performance.now();
    })
    .after(async (request) => {
      // Middy asks for an early answer without saying to which request.
      if (request.response === SLOW) request.response = await tooSlow(name, refuse, request);
    })
    .handler(async (event: APIGatewayProxyEvent) => {
      const { body, ...response } = await answer(event, await awsServices());
      if (typeof body === 'string') return { ...response, body };
      const pieces = Readable.from(body);
      if (isStreamed) return { ...response, body: pieces };
      return { ...response, ...(await wholeOf(pieces)) };
    });
};

/** Lambda answers with texts: the bytes of a file are one in base64. */
async function wholeOf(pieces: Readable): Promise<Pick<APIGatewayProxyResult, 'body' | 'isBase64Encoded'>> {
  const all = await pieces.toArray();
  if (all.every((piece) => typeof piece === 'string')) return { body: all.join('') };
  return { body: Buffer.concat(all).toString('base64'), isBase64Encoded: true };
}

const SLOW = Symbol('about to run out of time');

type Result = Response | typeof SLOW;

/** What middy keeps for a request. */
type Internal = { begun: number };
type Request = middy.Request<APIGatewayProxyEvent, Result, Error, Context, Internal>;

/** Said and logged in the place of the answer that did not come. */
async function tooSlow(name: string, refuse: typeof problem, { event, internal }: Request) {
  const { requestId } = event.requestContext;
  const failure = new Failure('server.slow', 'The function was about to run out of time.');
  const response = refuse(failure, requestId);
  const { log } = await awsServices();
  log({
    code: 'request.answered',
    requestId,
    operation: name,
    status: response.statusCode,
    milliseconds: Math.round(performance.now() - internal.begun),
    failure: failure.code,
  });
  return response;
}

/**
 * Lambda's runtime brings what streams; an emulator may not, and then the answer comes whole. The AWS SDK makes a global
 * `awslambda` anywhere, with nothing of the kind in it.
 */
const canStream = (): boolean => 'awslambda' in globalThis && 'streamifyResponse' in awslambda;
