import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Operation, pathParameters, takesBody } from '../contract/operation.ts';
import { Failure } from '../errors.ts';
import { issuesOf } from './field.ts';
import { invalid, notUtf8 } from './invalid.ts';
import { parseJson } from './json-body.ts';
import { inPlainWords } from './locale.ts';

z.config({ localeError: inPlainWords });

/** The largest body, in bytes. Files do not pass through the API. */
export const BODY_BYTES_MAX = 1_000_000;

export const tooLarge = (bytesMax = BODY_BYTES_MAX): Failure =>
  new Failure('request.too_large', `A body has at most ${bytesMax} bytes, and this one has more.`);

/**
 * What a request says, as the operation's row has it. Path parameters come last, so that a body can never override
 * what the gateway routed on.
 * @throws Failure `request.invalid`, with an issue for each field
 */
export function inputOf(operation: Operation, event: APIGatewayProxyEvent): Record<string, unknown> {
  const body = textOf(event);
  if (Buffer.byteLength(body) > BODY_BYTES_MAX) throw tooLarge();
  const travelling = takesBody(operation) ? sentIn(body, operation, event) : queryOf(operation, event);
  const inPath = Object.fromEntries(
    pathParameters(operation).map((name) => [
      name,
      typed(operation, name, decoded(event.pathParameters?.[name] ?? '')),
    ]),
  );
  for (const name in inPath) {
    if (Object.hasOwn(travelling, name)) throw invalid([{ field: name, message: whereItBelongs(operation, name) }]);
  }
  const parsed = operation.input.safeParse({ ...travelling, ...inPath });
  if (!parsed.success) throw invalid(issuesOf(parsed.error));
  return parsed.data;
}

/** The request that says this, for a client: path and query encoded, the body as JSON. */
export function requestOf(operation: Operation, input: Readonly<Record<string, unknown>>) {
  const inPath = pathParameters(operation);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const rest = Object.entries(input).filter(([name, value]) => !inPath.includes(name) && value !== undefined);
  if (takesBody(operation)) return { path, query: {}, body: JSON.stringify(Object.fromEntries(rest)) };
  return { path, query: Object.fromEntries(rest.map(([name, value]) => [name, String(value)])) };
}

/** What was sent. Gateways encode a body whose media type is binary to them. */
const textOf = ({ body, isBase64Encoded }: APIGatewayProxyEvent): string =>
  isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString() : (body ?? '');

/** A body, beside which no query belongs: what is meant for one must not get lost in the other. */
function sentIn(body: string, operation: Operation, event: APIGatewayProxyEvent): Record<string, unknown> {
  const misplaced = Object.keys(event.multiValueQueryStringParameters ?? {});
  if (misplaced.length > 0)
    throw invalid(misplaced.map((field) => ({ field, message: whereItBelongs(operation, field) })));
  return bodyOf(body);
}

function whereItBelongs(operation: Operation, field: string): string {
  if (!Object.hasOwn(operation.input.shape, field)) return 'is not known here';
  return `belongs into the ${pathParameters(operation).includes(field) ? 'path' : 'body'} alone`;
}

function bodyOf(text: string): Record<string, unknown> {
  const value = text === '' ? {} : parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid([{ field: 'body', message: 'expected a JSON object' }]);
}

function queryOf(operation: Operation, event: APIGatewayProxyEvent): Record<string, unknown> {
  if (event.body) throw invalid([{ field: 'body', message: `expected none with ${operation.method}` }]);

  const query = Object.entries(event.multiValueQueryStringParameters ?? {});
  const repeated = query.filter(([, values]) => (values?.length ?? 0) > 1);
  if (repeated.length > 0) throw invalid(repeated.map(([field]) => ({ field, message: 'is there twice' })));
  return Object.fromEntries(query.map(([name, [value = ''] = []]) => [name, typed(operation, name, value)]));
}

/** A text of path or query as the type that its field has. What does not fit stays text, and the schema refuses it. */
function typed({ input }: Operation, name: string, text: string): unknown {
  const field = Object.hasOwn(input.shape, name) ? input.shape[name] : undefined;
  const type = field && typeOf(field);
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function typeOf(schema: z.core.$ZodType): string {
  const { def } = schema._zod;
  return 'innerType' in def ? typeOf(def.innerType as z.core.$ZodType) : def.type;
}

/** REST APIs hand over path parameters as they came, encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid([notUtf8('path', text)]);
  }
}
