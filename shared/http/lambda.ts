import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import middy from '@middy/core';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { awsServices } from '../aws/services.ts';
import { Failure } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import { problem } from './problem.ts';
import { respond } from './respond.ts';

/** The handler that Lambda calls for an operation. The only file that knows middy. */
export const lambda = (endpoint: Endpoint) => {
  const isStreamed = endpoint.operation.stream === true && canStream();
  return middy<APIGatewayProxyEvent>({ streamifyResponse: isStreamed, timeoutEarlyResponse: () => SLOW })
    .after((request) => {
      // Middy asks for an early answer without saying to which request.
      if (request.response === SLOW) request.response = tooSlow(request.event);
    })
    .handler(async (event: APIGatewayProxyEvent) => {
      const { body, ...response } = await respond(endpoint, event, await awsServices());
      if (typeof body === 'string') return { ...response, body };
      const lines = Readable.from(body);
      return { ...response, body: isStreamed ? lines : await text(lines) };
    });
};

const SLOW = Symbol('about to run out of time');

const tooSlow = ({ requestContext }: APIGatewayProxyEvent) =>
  problem(new Failure('server.slow', 'The function was about to run out of time.'), requestContext.requestId);

/**
 * Lambda's runtime brings what streams; an emulator may not, and then the answer comes whole. The AWS SDK makes a global
 * `awslambda` anywhere, with nothing of the kind in it.
 */
const canStream = (): boolean => 'awslambda' in globalThis && 'streamifyResponse' in awslambda;
