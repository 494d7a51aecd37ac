import { Readable } from 'node:stream';
import middy from '@middy/core';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { awsServices } from '../aws/services.ts';
import { Failure } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import { problem } from './problem.ts';
import { respond } from './respond.ts';

/** The handler that Lambda calls for an operation. The only file that knows middy. */
export const lambda = (endpoint: Endpoint) =>
  middy<APIGatewayProxyEvent>({
    streamifyResponse: endpoint.operation.stream === true && canStream(),
    timeoutEarlyResponse: () => problem(new Failure('server.slow', 'The function was about to run out of time.'), ''),
  }).handler(async (event: APIGatewayProxyEvent) => {
    const { body, ...response } = await respond(endpoint, event, await awsServices());
    return { ...response, body: typeof body === 'string' ? body : Readable.from(body) };
  });

/**
 * Lambda's runtime brings what streams; whoever imports the function elsewhere never calls this handler. The AWS SDK
 * makes a global `awslambda` anywhere, with nothing of the kind in it.
 */
const canStream = (): boolean => 'awslambda' in globalThis && 'streamifyResponse' in awslambda;
