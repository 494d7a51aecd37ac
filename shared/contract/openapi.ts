import { FAILURES, type FailureCode } from '../errors.ts';
import { whoMay } from './access.ts';
import { auditOperations } from './audit.ts';
import { dependencyOperations } from './dependencies.ts';
import { governanceOperations } from './governance.ts';
import { lifecycleOperations } from './lifecycle.ts';
import { modelOperations } from './models.ts';
import { COMPONENTS, HEADERS, PARAMETERS, referenceTo, SECURITY, used } from './openapi/components.ts';
import { type JsonSchema, type Schemas, schemas } from './openapi/schemas.ts';
import { failuresOf, isMutation, type Operation, pathParameters, takesBody } from './operation.ts';
import { type OperationName, rows } from './operations.ts';
import { retentionOperations } from './retention.ts';
import { schemaOperations } from './schema.ts';
import { subscriptionOperations } from './subscriptions.ts';
import { tenantOperations } from './tenants.ts';
import { tokenOperations } from './tokens.ts';
import { versionOperations } from './versions.ts';
import { webhookOperations } from './webhooks.ts';

/** The API as an OpenAPI 3.1 document, read from the rows: every request, answer and failure, with examples. */
export function openApi() {
  const all = schemas();
  const paths = pathsOf((name, operation) => operationOf(name, operation, all));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Signet',
      version: '1',
      summary: 'A governed model registry.',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: 'https://{api}.execute-api.{region}.amazonaws.com/{stage}',
        description: 'On AWS',
        variables: { api: { default: 'api' }, region: { default: 'eu-central-1' }, stage: { default: 'prod' } },
      },
      { url: 'http://127.0.0.1:7070', description: 'The embedded registry' },
    ],
    security: SECURITY,
    tags: Object.entries(AGGREGATES).map(([name, { description }]) => ({ name, description })),
    paths,
    components: { ...COMPONENTS, schemas: used([paths, COMPONENTS], all.shared) },
  };
}

const INTRODUCTION = [
  'Requests are signed with AWS Signature Version 4 for the service `execute-api`.',
  'Bodies are JSON of at most 1 MB; fields that the contract does not know are refused, and answers may gain fields.',
  'Every refusal is an RFC 9457 problem with a stable `code`.',
].join(' ');

/** Every operation by what it is about: the tags of the document. */
export const AGGREGATES: Readonly<Record<string, { readonly description: string; readonly operations: object }>> = {
  tenants: { description: 'Tenants, their members and policies', operations: tenantOperations },
  tokens: { description: 'What clients of MLflow show in place of a signature', operations: tokenOperations },
  models: { description: 'Named lines of versions', operations: modelOperations },
  versions: { description: 'Registered states of a model, with their files', operations: versionOperations },
  lifecycle: { description: 'Stages, rollback and aliases', operations: lifecycleOperations },
  governance: {
    description: 'What has to be shown and agreed before a version moves',
    operations: governanceOperations,
  },
  dependencies: {
    description: 'What versions need, and what needs them',
    operations: dependencyOperations,
  },
  schemas: {
    description: 'What versions take and give, and whether data and other versions keep it',
    operations: schemaOperations,
  },
  subscriptions: {
    description: 'Event buses of other accounts that get the events',
    operations: subscriptionOperations,
  },
  retention: { description: 'What is kept, and what its time is over for', operations: retentionOperations },
  audit: { description: 'The record of every change', operations: auditOperations },
  webhooks: { description: 'Where events are sent, signed, and what became of them', operations: webhookOperations },
};

/** Something for each row, by its path and method, as a document has it under `paths`. */
export function pathsOf<T>(
  of: (name: OperationName, operation: Operation) => T,
): Readonly<Record<string, Readonly<Record<string, T>>>> {
  const byPath = Map.groupBy(rows, ([, { path }]) => path);
  return Object.fromEntries(
    [...byPath].map(([path, found]) => [
      path,
      Object.fromEntries(found.map(([name, operation]) => [operation.method.toLowerCase(), of(name, operation)])),
    ]),
  );
}

function operationOf(name: OperationName, operation: Operation, all: Schemas) {
  const [tag] = Object.entries(AGGREGATES).find(([, { operations }]) => name in operations) ?? [];
  const body = takesBody(operation) ? bodyOf(operation, all.requests[name]) : undefined;
  return {
    operationId: name,
    tags: [tag],
    summary: operation.summary,
    description: `For ${whoMay(operation)}.`,
    parameters: parametersOf(operation, all.requests[name]),
    ...(body && { requestBody: body }),
    responses: { [operation.status]: answerOf(operation, all.answers[name]), ...problemsOf(operation) },
  };
}

const fieldsOf = ({ properties = {} }: JsonSchema) => Object.entries(properties) as [string, JsonSchema][];

function parametersOf(operation: Operation, request: JsonSchema) {
  const inPath = pathParameters(operation);
  const given = operation.example.input as Readonly<Record<string, unknown>>;
  const own = fieldsOf(request)
    .filter(([name]) => inPath.includes(name) || !takesBody(operation))
    .map(([name, schema]) => ({
      name,
      in: inPath.includes(name) ? 'path' : 'query',
      required: request.required?.includes(name) ?? false,
      schema,
      ...(name in given && { example: given[name] }),
    }));
  return [
    ...own,
    ...(typeof operation.access === 'object' ? [PARAMETERS.tenant] : []),
    ...(isMutation(operation) ? [PARAMETERS.idempotencyKey] : []),
    ...(operation.ifMatch ? [PARAMETERS.ifMatch] : []),
  ];
}

/** The body of a request, if there is anything to say in one. */
function bodyOf(operation: Operation, request: JsonSchema) {
  const inPath = pathParameters(operation);
  const inBody = <T>(entries: readonly (readonly [string, T])[]) =>
    Object.fromEntries(entries.filter(([name]) => !inPath.includes(name)));
  const properties = inBody(fieldsOf(request));
  const required = (request.required ?? []).filter((name) => name in properties);
  if (Object.keys(properties).length === 0) return undefined;

  const schema = { ...request, properties, required };
  const example = inBody(Object.entries(operation.example.input));
  return { required: required.length > 0, content: { 'application/json': { schema, example } } };
}

function answerOf(operation: Operation, schema: JsonSchema) {
  const type = operation.stream ? 'application/jsonl' : 'application/json';
  return {
    description: operation.stream ? 'A stream of lines, each of them JSON of this shape.' : 'Done.',
    headers: { ...HEADERS.always, ...(operation.etag && HEADERS.etag) },
    content: { [type]: { schema, example: operation.example.output } },
  };
}

/** Everything else that an operation may answer, by status: several codes can share one. */
function problemsOf(operation: Operation) {
  const byStatus = Map.groupBy(failuresOf(operation), (code) => FAILURES[code].status);
  const failures = [...byStatus].map(([status, codes]) => [status, problemsWith(codes)] as const);
  return { ...Object.fromEntries(failures), 500: { $ref: referenceTo('responses', 'InternalError') } };
}

const problemsWith = (codes: readonly FailureCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${FAILURES[code].title}.`).join(' '),
  headers: HEADERS.always,
  content: {
    'application/problem+json': {
      schema: { $ref: referenceTo('schemas', 'Problem') },
      examples: Object.fromEntries(codes.map((code) => [code, { $ref: referenceTo('examples', code) }])),
    },
  },
});
