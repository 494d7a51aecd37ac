import { createSubscription as create } from '../shared/domain/subscription.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';
import { mutation } from '../shared/http/mutation.ts';

export const createSubscription = mutation('createSubscription', async (input, context) => {
  const [tenant, existing] = await Promise.all([
    loadTenant(context),
    context.store.subscriptions(context.caller.tenant),
  ]);
  const { newId, ownAccount } = context.services;
  return create({ tenant, existing, ownAccount }, { ...input, id: newId() }, context);
});

export const handler = lambda(createSubscription);
