import { deleteSubscription as remove } from '../shared/domain/subscription.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';
import { mutation } from '../shared/http/mutation.ts';

export const deleteSubscription = mutation('deleteSubscription', async ({ subscription: id }, context) => {
  const [tenant, subscription] = await Promise.all([
    loadTenant(context),
    context.store.subscription(context.caller.tenant, id),
  ]);
  return remove(tenant, subscription, id, context);
});

export const handler = lambda(deleteSubscription);
