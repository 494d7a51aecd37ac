import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { fieldOf } from '../http/field.ts';
import { parseJson } from '../http/json-body.ts';

const SEE_DOCS = 'See the API docs for more information about request parameters.';

/** A parameter that is wrong, in MLflow's words. */
export const invalidParameter = (field: string, value: unknown, message: string): Failure =>
  new Failure(
    'request.invalid',
    `Invalid value ${JSON.stringify(value)} for parameter '${field}' supplied: ${message} ${SEE_DOCS}`,
    {
      issues: [{ field, message }],
    },
  );

/** A parameter that is not there, or empty, in MLflow's words. */
const missingParameter = (field: string): Failure =>
  new Failure('request.invalid', `Missing value for required parameter '${field}'. ${SEE_DOCS}`, {
    issues: [{ field, message: 'is missing' }],
  });

/**
 * What a request says. As protobuf has it: `null` is unset, names may be in camel case, and what is not known is passed
 * over. What the path says counts.
 * @throws Failure `request.invalid`
 */
export function inputOf(
  { method, input }: { readonly method: string; readonly input: z.ZodMiniObject },
  event: APIGatewayProxyEvent,
  inPath: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  const sent = method === 'GET' ? queryOf(input, event) : bodyOf(method, event);
  const given = { ...inSnakeCase(sent), ...inPath };
  const parsed = input.safeParse(given);
  if (parsed.success) return parsed.data;
  throw refusalOf(parsed.error, given);
}

function refusalOf({ issues: [issue] }: z.core.$ZodError, given: Readonly<Record<string, unknown>>): Failure {
  const path = issue?.path ?? [];
  const field = fieldOf(path);
  const value = path.reduce<unknown>(
    (inner, part) => (inner as Record<PropertyKey, unknown> | undefined)?.[part],
    given,
  );
  return value === undefined || value === ''
    ? missingParameter(field)
    : invalidParameter(field, value, `${issue?.message ?? 'it is wrong'}.`);
}

/** The last of several values counts, but for lists. */
function queryOf({ shape }: z.ZodMiniObject, { multiValueQueryStringParameters: query }: APIGatewayProxyEvent) {
  return Object.fromEntries(
    Object.entries(query ?? {}).map(([name, values = []]) => {
      const field = shape[name];
      return [name, field && z.safeParse(field, []).success ? values : values.at(-1)];
    }),
  );
}

function bodyOf(method: string, { body, isBase64Encoded, headers }: APIGatewayProxyEvent): Record<string, unknown> {
  const type = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (method === 'POST' && !/^application\/json\b/i.test(type ?? '')) {
    throw new Failure('request.invalid', "Bad Request. Content-Type must be one of ['application/json'].");
  }
  const text = isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString() : (body ?? '');
  const value = text === '' ? {} : parseJson(text);
  // Old clients send the JSON of a JSON text.
  const object = typeof value === 'string' ? parseJson(value) : value;
  if (typeof object === 'object' && object !== null && !Array.isArray(object)) return object as Record<string, unknown>;
  throw new Failure('request.invalid', 'The request body is no JSON object.');
}

function inSnakeCase(sent: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [spelled, value] of Object.entries(sent)) {
    const name = spelled.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
    if (Object.hasOwn(given, name)) {
      const spellings = Object.keys(sent).filter((one) => one.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`) === name);
      const both = spellings.map((one) => `'${one}'`).join(' and ');
      throw new Failure('request.invalid', `Request specifies both ${both}; provide only one of them.`);
    }
    if (value !== null) given[name] = value;
  }
  return given;
}
