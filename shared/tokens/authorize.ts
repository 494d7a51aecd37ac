import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { Failure } from '../errors.ts';
import { headerOf } from '../http/header.ts';
import { contextOfIdentity } from '../http/identity.ts';
import type { Services } from '../http/services.ts';
import { TOKEN_PREFIX } from '../mlflow/base.ts';
import { authenticate } from './authenticate.ts';

/**
 * What API Gateway is told of the caller of a request. It remembers the answer for all that comes with the same header,
 * so it is let in to all paths below `/token`, and to no other.
 * @throws Error `Unauthorized`, which API Gateway answers with 401
 */
export async function authorize(
  event: APIGatewayRequestAuthorizerEvent,
  services: Services,
): Promise<APIGatewayAuthorizerResult> {
  const identity = await identityOf(event, services);
  const [api, stage] = event.methodArn.split('/');
  return {
    principalId: identity.actor.principal,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${api}/${stage}/*${TOKEN_PREFIX}/*` }],
    },
    context: contextOfIdentity(identity),
  };
}

async function identityOf(event: APIGatewayRequestAuthorizerEvent, services: Services) {
  try {
    return await authenticate(headerOf(event as Parameters<typeof headerOf>[0], 'Authorization'), services);
  } catch (error) {
    // The word is API Gateway's.
    if (error instanceof Failure) throw new Error('Unauthorized', { cause: error.code });
    throw error;
  }
}
