import * as z from 'zod/mini';
import { Reason } from '../domain/names.ts';
import type { Role } from '../domain/role.ts';
import type { FailureCode } from '../errors.ts';

/** What a Lambda may touch. The stack turns each into IAM grants and its environment variables. */
export type Need =
  /** All items, and the indexes by which they are listed. */
  | 'table:read'
  /** Puts items of tenants, and checks them. */
  | 'table:write'
  /** Notes in any number, outside of transactions: each means nothing by itself. */
  | 'table:note'
  /** Removes items of tenants: a rule answers `remove`. */
  | 'table:remove'
  /** Memberships are the only items that belong to a principal, and not to a tenant alone. */
  | 'members:read'
  | 'members:write'
  | 'members:remove'
  | 'artifacts:read'
  | 'artifacts:write'
  /** Keeps uploaded files that are no version's yet, and reads them. */
  | 'artifacts:stage'
  /** Removes objects for good, former versions included. */
  | 'artifacts:erase'
  /** What has to happen at a time, of all tenants: for what runs on a schedule alone. */
  | 'due:read'
  | 'bus:publish'
  /** Puts messages into the queue of a reaction. */
  | `queue:${string}`
  /** Is told which account the registry is in. */
  | 'account:own'
  /** Makes and takes away the rules by which other accounts get events. */
  | 'subscribers:connect'
  /** Puts aside what cannot be dealt with. */
  | 'letters:write'
  /** Makes and reads the secrets that deliveries of webhooks are signed with. */
  | 'webhooks:secrets'
  /** Makes tokens and tells them from what is none. */
  | 'tokens:sign'
  /** Signs checkpoints, and keeps each once. */
  | 'checkpoints:sign';

/**
 * Who may call. Roles are asked for on the model that the input names as `model`, and on the whole tenant where it
 * names none; `anywhere` is content with a role on any model.
 */
export type Access =
  /** Everyone whose identity is proved, member of a tenant or not. */
  | 'authenticated'
  /** Those who look after the deployment, named in its configuration. */
  | 'deployment-admin'
  | {
      readonly roles: readonly Role[];
      readonly anywhere?: true;
      readonly also?: /** One of the roles on a second model too: the one that this field of the input names. */
        | { readonly on: string }
        /** One of these roles as well, where this field of the input is true. */
        | { readonly where: string; readonly roles: readonly Role[] };
    };

/**
 * One row of the API. Routes, IAM, OpenAPI, the client, the CLI and the local gateway are all read from it.
 *
 * `input` is one flat object: names in `path` travel in the path; the rest travel
 * in the query (GET, DELETE) or the JSON body (POST, PUT, PATCH).
 */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: `/v1/${string}`;
  readonly summary: string;
  readonly access: Access;
  readonly input: z.ZodMiniObject;
  readonly output: z.ZodMiniType;
  readonly status: 200 | 201;
  /** The failures that are this operation's own; `failuresOf` has them all. */
  readonly failures: readonly FailureCode[];
  readonly needs: readonly Need[];
  /** The answer's `revision` is the ETag of a model, and is sent as one. */
  readonly etag?: true;
  /** The caller may make it depend on the model's ETag with `If-Match`. */
  readonly ifMatch?: true;
  /** It changes nothing, although what it is asked travels in a body. */
  readonly reads?: true;
  /** The answer is a stream of JSON lines, each of the shape of `output`. */
  readonly stream?: true;
  /**
   * It may take longer than API Gateway waits, since it reads as much as there is. A function that completes a version
   * goes on when the caller has given up, notes what it proved, and the repeat is quick.
   */
  readonly long?: true;
  readonly example: { readonly input: object; readonly output: object };
}

export type Operations = Readonly<Record<string, Operation>>;

const ANY: readonly FailureCode[] = [
  'request.invalid',
  'request.too_large',
  'request.throttled',
  'caller.unknown',
  'storage.unavailable',
  'server.slow',
];
const MEMBER: readonly FailureCode[] = ['caller.forbidden', 'tenant.ambiguous', 'tenant.not_found'];
const MUTATION: readonly FailureCode[] = ['write.conflict', 'idempotency.reused'];

/** Whether an operation changes anything. */
export const isMutation = ({ method, reads }: Pick<Operation, 'method' | 'reads'>): boolean =>
  method !== 'GET' && reads !== true;

/** Every failure that an operation may answer with. */
export const failuresOf = (operation: Operation): readonly FailureCode[] => [
  ...new Set([
    ...ANY,
    ...(operation.access === 'authenticated'
      ? []
      : operation.access === 'deployment-admin'
        ? ['caller.forbidden' as const]
        : MEMBER),
    ...(isMutation(operation) ? MUTATION : []),
    ...(operation.ifMatch ? ['precondition.failed' as const] : []),
    ...operation.failures,
  ]),
];

/** Whether what is asked travels in a JSON body, and not in the query. */
export const takesBody = ({ method }: Pick<Operation, 'method'>): boolean => method !== 'GET' && method !== 'DELETE';

/** Whether the answer comes in pages. */
export const isPaged = ({ input }: Pick<Operation, 'input'>): boolean => 'cursor' in input.shape;

/** The names of the path parameters of an operation. */
export const pathParameters = ({ path }: Pick<Operation, 'path'>): string[] =>
  path
    .split('{')
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf('}')));

/** How an admin has something done that would be refused otherwise. */
export const forcing = {
  /** Although active versions need it: only with a reason. */
  force: z._default(z.boolean(), false),
  reason: z.optional(Reason),
};

/** Whoever forces something says why. */
export const reasoned = z.refine<{ readonly force: boolean; readonly reason?: string | undefined }>(
  ({ force, reason }) => !force || reason !== undefined,
  { message: 'expected a reason together with force', path: ['reason'] },
);

/** Exactly one of two fields of an input. */
export const either = (first: string, second: string) =>
  z.refine<Readonly<Record<string, unknown>>>(
    (input) => (input[first] === undefined) !== (input[second] === undefined),
    { message: `expected either ${first} or ${second}`, path: [first] },
  );

/** How a list is asked for. */
export const paging = {
  /** At most so many items, 20 unless told. A page may be shorter and still have a cursor. */
  limit: z._default(
    z
      .number()
      .check(z.int('expected a whole number'), z.gte(1, 'expected 1 or more'), z.lte(100, 'expected at most 100')),
    20,
  ),
  /** The `cursor` of the page before. */
  cursor: z.optional(z.string().check(z.maxLength(4_000, 'expected at most 4000 characters'))),
};

/** How a list is answered: without a `cursor` there is no more. */
export const page = <T extends z.ZodMiniType>(item: T) =>
  z.object({ items: z.array(item), cursor: z.optional(z.string()) });
