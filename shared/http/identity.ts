import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { TenantId } from '../domain/names.ts';
import { Actor, identityOf } from '../domain/principal.ts';
import { Grant } from '../domain/role.ts';

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
export function identityIn({ requestContext }: APIGatewayProxyEvent, now: Date): Identity | undefined {
  const { authorizer, identity } = requestContext;
  if (!authorizer) {
    const actor = identityOf(identity.userArn ?? '');
    return actor && { actor };
  }
  const told = Told.safeParse(authorizer).data;
  // An authorizer is asked once a minute: a token may have ended in between.
  if (!told || Date.parse(told.validUntil) <= now.getTime()) return undefined;
  return Proven.parse(JSON.parse(told.identity)) as Identity;
}
