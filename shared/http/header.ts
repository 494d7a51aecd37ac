import type { APIGatewayProxyEvent } from 'aws-lambda';
import { invalid } from './invalid.ts';

type Headers = Partial<Pick<APIGatewayProxyEvent, 'headers' | 'multiValueHeaders'>>;

/**
 * A header, in whatever case it was sent: gateways keep it.
 * @throws Failure `request.invalid` for one that is there twice: of its values a gateway would choose
 */
export function headerOf({ headers, multiValueHeaders }: Headers, name: string): string | undefined {
  const own = (all: object | null | undefined) =>
    Object.keys(all ?? {}).filter((one) => one.length === name.length && one.toLowerCase() === name.toLowerCase());
  const [found, other] = own(headers);
  const values = own(multiValueHeaders).flatMap((one) => multiValueHeaders?.[one] ?? []);
  if (other !== undefined || values.length > 1) throw invalid([{ field: name, message: 'is there twice' }]);
  return found === undefined ? undefined : headers?.[found];
}
