import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { AGGREGATES, openApi } from '../../shared/contract/openapi.ts';
import { failuresOf, isMutation, pathParameters, takesBody } from '../../shared/contract/operation.ts';
import { rows } from '../../shared/contract/operations.ts';
import { FAILURES } from '../../shared/errors.ts';

type Json = { readonly [name: string]: Json };

/** As a reader gets it: through JSON. */
const document = JSON.parse(JSON.stringify(openApi())) as Json;

/** The part of the document that a JSON pointer names. */
const at = (...path: string[]): Json =>
  path.reduce<Json>((part, name) => {
    if (part === null || typeof part !== 'object' || !(name in part)) throw new Error(`There is no ${path.join('/')}.`);
    return part[name] as Json;
  }, document);

/** A component in place of the reference to it. */
const resolved = (part: Json): Json => {
  const reference = part['$ref'];
  return typeof reference === 'string' ? at(...String(reference).slice(2).split('/')) : part;
};

const ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema(document, 'openapi');
addFormats.default(ajv);

/** What is wrong with a value, by the schema at a place of the document. */
function wrong(value: unknown, ...path: string[]): unknown {
  const pointer = path.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const validate = ajv.compile({ $ref: `openapi#/${pointer}` });
  return validate(value) ? undefined : validate.errors;
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));

    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);

    expect(references.length).toBeGreaterThan(100);
    for (const path of references) expect(at(...path.split('/'))).toBeDefined();
  });

  it('has every row as an operation, and no other', () => {
    const found = Object.entries(at('paths')).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
    );

    expect(found.sort()).toEqual(rows.map(([name, { method, path }]) => `${name} ${method} ${path}`).sort());
  });

  it('gives every operation exactly one aggregate', () => {
    const found = Object.values(AGGREGATES).flatMap(({ operations }) => Object.keys(operations));

    expect(found.sort()).toEqual(rows.map(([name]) => name).sort());
  });

  it('names no principal, path or place that is not made up', () => {
    expect(JSON.stringify(document)).not.toMatch(/undefined|\[object|\/tmp|\/home/);
  });
});

describe.each(rows)('%s in the OpenAPI document', (_, operation) => {
  const place = ['paths', operation.path, operation.method.toLowerCase()];
  const shown = at(...place);
  const parameters = Object.values(shown['parameters'] ?? {}).map(resolved);
  const named = (kind: string) => parameters.filter((one) => String(one['in']) === kind).map((one) => one['name']);

  it('takes the path parameters of its path', () => {
    expect(named('path').sort()).toEqual(pathParameters(operation).sort());
  });

  it('takes the headers that it heeds', () => {
    expect(named('header')).toEqual([
      ...(typeof operation.access === 'object' ? ['X-Signet-Tenant'] : []),
      ...(isMutation(operation) ? ['Idempotency-Key'] : []),
      ...(operation.ifMatch ? ['If-Match'] : []),
    ]);
  });

  it('takes each field of its input once', () => {
    const body = shown['requestBody'] ? at(...place, 'requestBody', 'content', 'application/json', 'schema') : {};
    const fields = [...named('path'), ...named('query'), ...Object.keys(body['properties'] ?? {})];

    expect(fields.sort()).toEqual(Object.keys(operation.input.shape).sort());
    expect(named('query').length === 0 || !takesBody(operation)).toBe(true);
  });

  it('shows an example request that fits', () => {
    expect(operation.input.safeParse(operation.example.input).error).toBeUndefined();

    for (const [index, parameter] of Object.entries(shown['parameters'] ?? {})) {
      const { example } = resolved(parameter);
      const schemaAt = parameter['$ref']
        ? String(parameter['$ref']).slice(2).split('/')
        : [...place, 'parameters', index];
      if (example !== undefined) expect(wrong(example, ...schemaAt, 'schema')).toBeUndefined();
    }
    if (!shown['requestBody']) return;
    const content = [...place, 'requestBody', 'content', 'application/json'];
    expect(wrong(at(...content, 'example'), ...content, 'schema')).toBeUndefined();
    expect(wrong({ ...at(...content, 'example'), unheardOf: 1 }, ...content, 'schema')).toBeDefined();
  });

  it('shows an example answer that fits, and that leaves whole', () => {
    const type = operation.stream ? 'application/jsonl' : 'application/json';
    const content = [...place, 'responses', String(operation.status), 'content', type];

    expect(wrong(at(...content, 'example'), ...content, 'schema')).toBeUndefined();
    expect(operation.output.parse(operation.example.output)).toEqual(operation.example.output);
  });

  it('promises an ETag where it sends one', () => {
    const headers = at(...place, 'responses', String(operation.status), 'headers');

    expect('ETag' in headers).toBe(operation.etag === true);
  });

  it('shows every failure that it may answer, under its status, with an example that fits', () => {
    const found = Object.entries(shown['responses'] ?? {}).flatMap(([status, response]) => {
      const examples = resolved(response)['content']?.['application/problem+json']?.['examples'] ?? {};
      return Object.entries(examples).map(([code, example]) => {
        const { value } = resolved(example);
        expect(wrong(value, 'components', 'schemas', 'Problem')).toBeUndefined();
        expect(value).toMatchObject({ code, status: Number(status), type: `/problems/${code}` });
        return `${status} ${code}`;
      });
    });

    expect(found.sort()).toEqual(
      failuresOf(operation)
        .map((code) => `${FAILURES[code].status} ${code}`)
        .sort(),
    );
  });
});
