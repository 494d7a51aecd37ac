import { webhookView } from '../shared/contract/webhooks.ts';
import { updateWebhook as update } from '../shared/domain/webhook.ts';
import { lambda } from '../shared/http/lambda.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { loadWebhook, receiverAt } from '../shared/http/webhooks.ts';

export const updateWebhook = mutation('updateWebhook', async ({ webhook: id, ...changes }, context) => {
  const url = changes.url === undefined ? {} : { url: receiverAt(changes.url, context.services) };
  const { tenant, webhook } = await loadWebhook(context, id);
  return answering(update(tenant, webhook, { ...changes, ...url }, context), (updated) =>
    webhookView(updated, context.now),
  );
});

export const handler = lambda(updateWebhook);
