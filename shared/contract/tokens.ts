import * as z from 'zod/mini';
import { line } from '../domain/names.ts';
import { Grant } from '../domain/role.ts';
import { Token, TokenId } from '../domain/token.ts';
import * as examples from './examples.ts';
import { type Operations, page, paging } from './operation.ts';

const TOKEN_SECONDS = 3_600;
const SECONDS_MIN = 300;
const SECONDS_MAX = 43_200;

/** What a caller says of a new one. */
const TokenInput = z.strictObject({
  /** What it is for, so that others know which one to revoke. */
  label: line(100),
  /** The roles that it has, each of them the caller's own; left out, all that the caller has. */
  roles: z.optional(
    z.array(Grant).check(z.minLength(1, 'expected at least one role'), z.maxLength(50, 'expected at most 50 roles')),
  ),
  /** For how long it is good. */
  seconds: z._default(
    z
      .number()
      .check(
        z.int('expected a whole number'),
        z.gte(SECONDS_MIN, `expected ${SECONDS_MIN} or more`),
        z.lte(SECONDS_MAX, `expected at most ${SECONDS_MAX}`),
      ),
    TOKEN_SECONDS,
  ),
});

/** What callers see of a token: not the token itself. */
export const TokenView = z.omit(Token, { kind: true, tenant: true, expiresAt: true, revision: true });

/** What callers see of a token when it is made: this once, the token itself. */
export const MadeTokenView = z.object({
  ...TokenView.shape,
  /** What MLflow's client gets as `MLFLOW_TRACKING_TOKEN`. It is never shown again. */
  token: z.string(),
});

const { token } = examples;

export const tokenOperations = {
  createToken: {
    method: 'POST',
    path: '/v1/tokens',
    summary: 'Make a token for clients of MLflow, which speaks for you with some of your roles: it is shown this once',
    access: { roles: ['reader'], anywhere: true },
    input: TokenInput,
    output: MadeTokenView,
    status: 201,
    failures: [],
    needs: ['table:read', 'table:write', 'tokens:sign'],
    example: {
      input: { label: token.label, roles: token.roles, seconds: 3_600 },
      output: { ...token, token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ….c2lnbmF0dXJl' },
    },
  },
  listTokens: {
    method: 'GET',
    path: '/v1/tokens',
    summary: 'List your tokens that are good, or as an admin all of them, in the order in which they were made',
    access: { roles: ['reader'], anywhere: true },
    input: z.strictObject({ ...paging }),
    output: page(TokenView),
    status: 200,
    failures: ['cursor.invalid'],
    needs: ['table:read'],
    example: { input: { limit: 20 }, output: { items: [token] } },
  },
  revokeToken: {
    method: 'DELETE',
    path: '/v1/tokens/{token}',
    summary: 'End a token of yours, or as an admin one of anybody: within a minute nothing takes it any more',
    access: { roles: ['reader'], anywhere: true },
    input: z.strictObject({ token: TokenId }),
    output: TokenView,
    status: 200,
    failures: ['token.not_found'],
    needs: ['table:read', 'table:write'],
    example: {
      input: { token: token.id },
      output: { ...token, revokedAt: examples.AT, revokedBy: token.principal },
    },
  },
} as const satisfies Operations;
