import { pingWebhook as ping } from '../shared/domain/webhook.ts';
import { lambda } from '../shared/http/lambda.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { loadWebhook } from '../shared/http/webhooks.ts';

export const pingWebhook = mutation('pingWebhook', async ({ webhook: id }, context) => {
  const { tenant, webhook } = await loadWebhook(context, id);
  return answering(ping(tenant, webhook, context), ({ event }) => ({ webhook: id, event }));
});

export const handler = lambda(pingWebhook);
