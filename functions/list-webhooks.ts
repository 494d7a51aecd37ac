import { webhookView } from '../shared/contract/webhooks.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';

export const listWebhooks = query('listWebhooks', async ({ limit }, { store, caller, now, after, cursorFor }) => {
  const { items, next } = await store.webhooks(caller.tenant, { limit, after });
  return { items: items.map((webhook) => webhookView(webhook, now)), ...cursorFor(next) };
});

export const handler = lambda(listWebhooks);
