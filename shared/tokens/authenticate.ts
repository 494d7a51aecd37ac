import { isLive } from '../domain/token.ts';
import { Failure } from '../errors.ts';
import type { Identity } from '../http/identity.ts';
import type { Services } from '../http/services.ts';
import { presentedIn } from './presented.ts';

/**
 * Whoever a token speaks for, and no more than it was made for.
 * @throws Failure `caller.unknown` for what is no token, or none that is good now, without saying which
 */
export async function authenticate(
  header: string | undefined,
  services: Pick<Services, 'tokens' | 'issuers' | 'store' | 'now'>,
): Promise<Identity & { readonly validUntil: string }> {
  const presented = presentedIn(header);
  if (presented === undefined) throw noToken();
  const identity = (await own(presented, services)) ?? (await services.issuers.prove(presented));
  if (!identity) throw noToken();
  return identity;
}

async function own(presented: string, { tokens, store, now }: Pick<Services, 'tokens' | 'store' | 'now'>) {
  const ref = await tokens.read(presented);
  const token = ref && (await store.token(ref.tenant, ref.jti));
  if (!token || token.principal !== ref.sub || !isLive(token, now())) return undefined;

  const { id, tenant, principal, session, roles, validUntil } = token;
  return {
    actor: { principal, ...(session !== undefined && { session }), provenBy: `token ${id}` },
    within: { tenant, roles },
    validUntil,
  };
}

export const noToken = () =>
  new Failure('caller.unknown', 'The token is none of this registry, or it has ended or was revoked.');
