import { removeMember as remove } from '../shared/domain/tenant.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';
import { mutation } from '../shared/http/mutation.ts';

export const removeMember = mutation('removeMember', async ({ principal }, context) => {
  const [tenant, member] = await Promise.all([
    loadTenant(context),
    context.store.member(context.caller.tenant, principal),
  ]);
  return remove(tenant, member, principal, context);
});

export const handler = lambda(removeMember);
