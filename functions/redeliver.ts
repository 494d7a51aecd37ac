import { redeliver as again } from '../shared/domain/redelivery.ts';
import { lambda } from '../shared/http/lambda.ts';
import { mutation } from '../shared/http/mutation.ts';
import { loadWebhook } from '../shared/http/webhooks.ts';

export const redeliver = mutation('redeliver', async ({ webhook: id, event }, context) => {
  const [{ tenant, webhook }, delivery] = await Promise.all([
    loadWebhook(context, id),
    context.store.delivery(context.caller.tenant, id, event),
  ]);
  return again(tenant, webhook, delivery, event, context);
});

export const handler = lambda(redeliver);
