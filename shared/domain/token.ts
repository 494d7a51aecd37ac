import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { type Change, momentOf, type Occasion, unchanged } from './change.ts';
import { covers } from './granting.ts';
import { Revision, TenantId, Timestamp, ulidOf } from './names.ts';
import { Principal } from './principal.ts';
import { Grant, includes } from './role.ts';
import type { Tenant } from './tenant.ts';
import { headAt } from './webhook.ts';

/** Names a token: a ULID. It opens nothing. */
export const TokenId = ulidOf('a token').brand<'TokenId'>();
export type TokenId = z.output<typeof TokenId>;

/**
 * What is known of a token: never the token itself. It speaks for the principal that made it, in one tenant, and has no
 * role that this principal does not have at the time.
 */
export const Token = z.object({
  kind: z.literal('token'),
  tenant: TenantId,
  id: TokenId,
  label: z.string(),
  principal: Principal,
  /** The session in which it was made. */
  session: z.optional(z.string()),
  roles: z.array(Grant),
  createdAt: Timestamp,
  validUntil: Timestamp,
  revokedAt: z.optional(Timestamp),
  revokedBy: z.optional(Principal),
  /** When the table may forget it, in seconds since 1970. */
  expiresAt: z.int(),
  revision: Revision,
});
export type Token = z.output<typeof Token>;

/** Whether a token still opens anything. */
export const isLive = ({ revokedAt, validUntil }: Token, now: Date): boolean =>
  revokedAt === undefined && now.getTime() < Date.parse(validUntil);

interface Asked {
  readonly id: TokenId;
  readonly label: string;
  readonly seconds: number;
  readonly roles?: readonly Grant[] | undefined;
}

/** @throws Failure `caller.forbidden` for a role that its maker does not have */
export function createToken(tenant: Tenant, asked: Asked, held: readonly Grant[], occasion: Occasion): Change<Token> {
  const { id, label, seconds, roles = held } = asked;
  refuseWider(roles, held);
  const { principal, session } = occasion.actor;
  const at = momentOf(tenant, occasion);
  const until = new Date(Date.parse(at) + seconds * 1_000);
  const token: Token = {
    kind: 'token',
    tenant: tenant.id,
    id,
    label,
    principal: Principal.parse(principal),
    ...(session !== undefined && { session }),
    roles: [...roles],
    createdAt: at,
    validUntil: until.toISOString(),
    expiresAt: Math.floor(until.getTime() / 1_000),
    revision: 1,
  };
  return {
    result: token,
    head: headAt(tenant, at),
    writes: [{ create: token }],
    event: {
      type: 'token.created',
      actor: occasion.actor,
      data: { token: id, label, roles: token.roles, validUntil: token.validUntil },
    },
  };
}

function refuseWider(roles: readonly Grant[], held: readonly Grant[]): void {
  const issues = roles.flatMap((grant, at) =>
    covers(held, grant)
      ? []
      : [{ field: `roles[${at}]`, message: `expected a role of your own, got ${grant.role} on ${grant.models}` }],
  );
  if (issues.length > 0) throw new Failure('caller.forbidden', 'A token has no role that its maker lacks.', { issues });
}

/** Whether somebody sees a token and may revoke it: its own, and an admin of the whole tenant every one. */
export const mayRevoke = ({ principal }: Token, caller: { principal: string; roles: readonly Grant[] }): boolean =>
  principal === caller.principal || isAdmin(caller.roles);

export const isAdmin = (roles: readonly Grant[]): boolean => includes(roles, ['admin']);

/** Ends a token before its time. One that was revoked stays as it is. */
export function revokeToken(tenant: Tenant, token: Token, occasion: Occasion): Change<Token> {
  if (token.revokedAt !== undefined) return unchanged(token);
  const at = momentOf(tenant, occasion);
  const { principal } = occasion.actor;
  const revoked: Token = {
    ...token,
    revokedAt: at,
    revokedBy: Principal.parse(principal),
    revision: token.revision + 1,
  };
  return {
    result: revoked,
    head: headAt(tenant, at),
    writes: [{ replace: revoked }],
    event: {
      type: 'token.revoked',
      actor: occasion.actor,
      data: { token: token.id, principal: token.principal },
    },
  };
}
