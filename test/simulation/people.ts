import { hash } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { loadEndpoints } from '../../local/endpoints.ts';
import { DEPLOYMENT_ADMIN } from '../../local/first-start.ts';
import { type OperationName, operations } from '../../shared/contract/operations.ts';
import { objectKey } from '../../shared/domain/artifact.ts';
import { TenantId } from '../../shared/domain/names.ts';
import { Principal, principalFrom } from '../../shared/domain/principal.ts';
import type { Response } from '../../shared/http/problem.ts';
import { respond } from '../../shared/http/respond.ts';
import type { Services } from '../../shared/http/services.ts';
import { requestOf } from '../../shared/http/wire.ts';

export const TENANT = TenantId.parse('acme');

/** Everyone at work in a run. Each has every role, so that it is rules that stop them, and not the want of a role. */
export const PEOPLE = ['ann', 'bob', 'cid', 'dot', 'eve', 'fay', 'gus'] as const;
export type Person = (typeof PEOPLE)[number];

export const arnOf = (person: Person): string => `arn:aws:iam::111122223333:user/${person}`;
export const deploymentAdmins = new Set([Principal.parse(principalFrom(DEPLOYMENT_ADMIN))]);

/** Of the one nothing is demanded; of the other two votes before production; what `files` has comes with files. */
export const MODELS = ['free', 'voted', 'files'] as const;
export type ModelOfRun = (typeof MODELS)[number];

/** Files that several people push at the same time. */
export const CONTENTS = ['one', 'two', 'three', 'four', 'five', 'six'] as const;
export const fileOf = (content: string) => ({
  path: 'model.bin',
  bytes: Buffer.byteLength(content),
  sha256: hash('sha256', content, 'hex'),
});
export const keyOfContent = (content: string): string =>
  objectKey(TENANT, fileOf(content).sha256 as Parameters<typeof objectKey>[1]);

const endpoints = await loadEndpoints();

export interface Asking {
  readonly name: OperationName;
  readonly input: Readonly<Record<string, unknown>>;
  readonly arn: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls an operation as its Lambda is called. There are no signatures: the gateway has proved who it is. */
export function ask(
  { name, input, arn, headers = {} }: Asking,
  services: Services,
  requestId: string,
): Promise<Response> {
  const { query, body } = requestOf(operations[name], input);
  const text = (value: unknown) => encodeURIComponent(String(value));
  const event = {
    headers,
    multiValueHeaders: {},
    pathParameters: Object.fromEntries(Object.entries(input).map(([field, value]) => [field, text(value)])),
    multiValueQueryStringParameters: Object.fromEntries(
      Object.entries(query).map(([field, value]) => [field, [value]]),
    ),
    body: body ?? null,
    requestContext: { requestId, identity: { userArn: arn } },
  };
  return respond(endpoints[name], event as unknown as APIGatewayProxyEvent, services);
}
