import { webhookView } from '../shared/contract/webhooks.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { present } from '../shared/http/webhooks.ts';

export const getWebhook = query('getWebhook', async ({ webhook: id }, { store, caller, now }) =>
  webhookView(present(await store.webhook(caller.tenant, id), id), now),
);

export const handler = lambda(getWebhook);
