import { webhookView } from '../shared/contract/webhooks.ts';
import { deleteWebhook as remove } from '../shared/domain/webhook.ts';
import { lambda } from '../shared/http/lambda.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { loadWebhook } from '../shared/http/webhooks.ts';

export const deleteWebhook = mutation('deleteWebhook', async ({ webhook: id }, context) => {
  const { tenant, webhook } = await loadWebhook(context, id);
  return answering(remove(tenant, webhook, context), (deleted) => webhookView(deleted, context.now));
});

export const handler = lambda(deleteWebhook);
