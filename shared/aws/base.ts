import type { APIGatewayProxyEvent } from 'aws-lambda';

/** Lambda answers with 6 MB at most, and bytes are a third longer in base64. */
export const FILE_BYTES_MAX = 4 * 2 ** 20;

/** The address of the API as the caller wrote it: with its stage, or the path that a domain of its own has for it. */
export function baseOf({ path, requestContext: { domainName = '', path: whole } }: APIGatewayProxyEvent): string {
  const prefix = whole.endsWith(path) ? whole.slice(0, whole.length - path.length) : '';
  return `https://${domainName}${prefix}`;
}
