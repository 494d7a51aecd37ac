import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { awsServices } from '../aws/services.ts';
import { authorize } from './authorize.ts';

/** The handler that Lambda calls for the authorizer of tokens. */
export const lambdaAuthorizer = async (event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> =>
  authorize(event, await awsServices());
