import { memberView } from '../shared/contract/views.ts';
import { putMember as put } from '../shared/domain/tenant.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const putMember = mutation('putMember', async (input, context) => {
  const [tenant, before] = await Promise.all([
    loadTenant(context),
    context.store.member(context.caller.tenant, input.principal),
  ]);
  return answering(put(tenant, before, input, context), memberView);
});

export const handler = lambda(putMember);
