import { putMember as put } from '../shared/domain/tenant.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';
import { mutation } from '../shared/http/mutation.ts';

export const putMember = mutation('putMember', async (input, context) => {
  const [tenant, before] = await Promise.all([
    loadTenant(context),
    context.store.member(context.caller.tenant, input.principal),
  ]);
  return put(tenant, before, input, context);
});

export const handler = lambda(putMember);
