import type { APIGatewayProxyEvent } from 'aws-lambda';
import { headerOf } from '../http/header.ts';

/** Below it the same calls are answered to whoever has a token: on AWS, a path takes either tokens or signatures. */
export const TOKEN_PREFIX = '/token';

/** The path of a call as MLflow has it, whichever way it came. */
export const pathOf = (path: string): string =>
  path.startsWith(`${TOKEN_PREFIX}/`) ? path.slice(TOKEN_PREFIX.length) : path;

/**
 * Where the client finds the server that it asked: what it puts in front of `/api/2.0/mlflow/…`. API Gateway says how it
 * was reached, with the stage in the path but not in `path`; a client cannot say it in its place.
 */
export function baseOf(event: Pick<APIGatewayProxyEvent, 'path' | 'headers' | 'requestContext'>): string {
  const { path, requestContext } = event;
  const whole = requestContext.path ?? path;
  const stage = whole.endsWith(path) ? whole.slice(0, whole.length - path.length) : '';
  const prefix = path.slice(0, path.length - pathOf(path).length);
  return `${headerOf(event, 'X-Forwarded-Proto') ?? 'https'}://${requestContext.domainName}${stage}${prefix}`;
}
