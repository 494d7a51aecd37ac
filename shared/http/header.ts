import type { APIGatewayProxyEvent } from 'aws-lambda';

/** A header by its lower-case name: gateways keep the case in which it was sent. */
export function headerOf({ headers }: Pick<APIGatewayProxyEvent, 'headers'>, name: string): string | undefined {
  const found = Object.keys(headers ?? {}).find((one) => one.length === name.length && one.toLowerCase() === name);
  return found === undefined ? undefined : headers[found];
}
