import { removeMember as remove } from '../shared/domain/tenant.ts';
import { Failure } from '../shared/errors.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';
import { mutation } from '../shared/http/mutation.ts';

export const removeMember = mutation('removeMember', async ({ principal }, context) => {
  const [tenant, member] = await Promise.all([
    loadTenant(context),
    context.store.member(context.caller.tenant, principal),
  ]);
  if (!member) throw new Failure('member.not_found', `${principal} is not a member.`);

  return remove(tenant, member, context);
});

export const handler = lambda(removeMember);
