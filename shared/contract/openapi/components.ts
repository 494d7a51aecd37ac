import { FAILURES, type FailureCode } from '../../errors.ts';
import { internalExample, problemExample } from './problems.ts';
import type { JsonSchema } from './schemas.ts';

/** What one part of the document says in place of a component. */
export const referenceTo = (kind: 'schemas' | 'examples' | 'headers' | 'parameters' | 'responses', name: string) =>
  `#/components/${kind}/${name}`;

/** API Gateway reads from this scheme that a method takes IAM signatures alone. */
export const SECURITY_SCHEMES = {
  awsSigv4: {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    description: 'AWS Signature Version 4',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
} as const;

export const SECURITY = [{ awsSigv4: [] }] as const;

/** The headers that several operations take. */
export const PARAMETERS = {
  tenant: { $ref: referenceTo('parameters', 'Tenant') },
  idempotencyKey: { $ref: referenceTo('parameters', 'IdempotencyKey') },
  ifMatch: { $ref: referenceTo('parameters', 'IfMatch') },
};

/** The headers of answers. */
export const HEADERS = {
  always: { 'X-Request-Id': { $ref: referenceTo('headers', 'RequestId') } },
  etag: { ETag: { $ref: referenceTo('headers', 'ETag') } },
};

/** A header that a request may carry. */
const header = (name: string, description: string, schema: JsonSchema, example: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
  example,
});

const text = { type: 'string' } as const;
const entityTag = { ...text, pattern: '^"\\d{1,15}"$' };

/** Everything but the schemas that several operations refer to. */
export const COMPONENTS = {
  securitySchemes: SECURITY_SCHEMES,
  parameters: {
    Tenant: header(
      'X-Signet-Tenant',
      'The tenant that the request is about: for callers that belong to several.',
      { $ref: referenceTo('schemas', 'TenantId') },
      'acme',
    ),
    IdempotencyKey: header(
      'Idempotency-Key',
      'Makes a repeat of the same request get the same answer, for 24 hours.',
      { ...text, pattern: '^[\\x21-\\x7e]{1,255}$' },
      '5f0c8a1e-9b7d-4c4f-8a2b-1c0d9e8f7a6b',
    ),
    IfMatch: header('If-Match', 'The ETag of the model on which the request depends.', entityTag, '"9"'),
  },
  headers: {
    RequestId: { description: 'What the log knows the request by.', schema: text },
    ETag: { description: 'The revision of the model.', schema: entityTag, example: '"9"' },
  },
  responses: {
    InternalError: {
      description: 'A bug. The log knows more.',
      headers: HEADERS.always,
      content: {
        'application/problem+json': {
          schema: { $ref: referenceTo('schemas', 'Problem') },
          example: internalExample,
        },
      },
    },
  },
  examples: Object.fromEntries(
    (Object.keys(FAILURES) as FailureCode[]).map((code) => [
      code,
      { summary: FAILURES[code].title, value: problemExample(code) },
    ]),
  ),
};

/** Those schemas of all that a part of the document refers to, directly or through others, by name. */
export function used(part: unknown, all: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  const found = new Set<string>();
  const look = (at: unknown) => {
    for (const [, name = ''] of JSON.stringify(at).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (found.has(name)) continue;
      found.add(name);
      look(all[name]);
    }
  };
  look(part);
  return Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => found.has(name))
      .toSorted(byName),
  );
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) => (one < other ? -1 : 1);
