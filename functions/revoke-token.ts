import { mayRevoke, revokeToken as revoke } from '../shared/domain/token.ts';
import { Failure } from '../shared/errors.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';
import { mutation } from '../shared/http/mutation.ts';

export const revokeToken = mutation('revokeToken', async ({ token: id }, context) => {
  const { store, caller, actor } = context;
  const [tenant, token] = await Promise.all([loadTenant(context), store.token(caller.tenant, id)]);
  // Somebody else's is as absent as none.
  if (token && mayRevoke(token, { principal: actor.principal, roles: caller.roles })) {
    return revoke(tenant, token, context);
  }
  throw new Failure('token.not_found', `There is no token ${id} of yours.`);
});

export const handler = lambda(revokeToken);
