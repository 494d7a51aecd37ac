import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { bothGive } from '../domain/granting.ts';
import { TenantId } from '../domain/names.ts';
import { Actor } from '../domain/principal.ts';
import { Grant } from '../domain/role.ts';
import { type Caller, memberOf } from './caller.ts';
import type { Services } from './services.ts';

/** The most that a caller may do, whatever else it may: what a token is limited to. */
const Within = z.object({ tenant: TenantId, roles: z.optional(z.array(Grant)) });

/** Whoever calls, however it was proven. */
export interface Identity {
  readonly actor: Actor;
  readonly within?: z.output<typeof Within>;
}

/** What an authorizer says of a request: API Gateway takes texts alone, and lets no client say any of it. */
const Told = z.object({ identity: z.string(), validUntil: z.iso.datetime() });

const Proven = z.object({ actor: Actor, within: Within });

export const contextOfIdentity = ({ validUntil, ...identity }: Identity & { readonly validUntil: string }) =>
  ({ identity: JSON.stringify(identity), validUntil }) satisfies z.input<typeof Told>;

/** Whoever called, as API Gateway says: by the word of the authorizer of tokens, or as the signer of the request. */
export function identityIn(
  event: APIGatewayProxyEvent,
  { identify, now }: Pick<Services, 'identify' | 'now'>,
): Identity | undefined {
  const { authorizer } = event.requestContext;
  if (!authorizer) {
    const actor = identify(event);
    return actor && { actor };
  }
  const told = Told.safeParse(authorizer).data;
  // An authorizer is asked once a minute: a token may have ended in between.
  if (!told || Date.parse(told.validUntil) <= now().getTime()) return undefined;
  return Proven.parse(JSON.parse(told.identity)) as Identity;
}

/**
 * Whoever calls, in the tenant that it chose. With a token it is a member of the token's tenant alone, with those of the
 * token's roles that it has still.
 * @throws Failure `tenant.not_found`, `tenant.ambiguous`, `caller.forbidden`
 */
export async function callerWith(
  { actor, within }: Identity,
  chosen: string | undefined,
  { memberships }: Pick<Services, 'memberships'>,
): Promise<Caller> {
  if (!within) return memberOf(actor, chosen, { memberships });
  const inTenant: Services['memberships'] = async (principal) =>
    (await memberships(principal)).filter(({ tenant }) => tenant === within.tenant);
  const caller = await memberOf(actor, chosen, { memberships: inTenant });
  return within.roles ? { ...caller, roles: bothGive(within.roles, caller.roles) } : caller;
}
