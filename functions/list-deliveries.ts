import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { present } from '../shared/http/webhooks.ts';

export const listDeliveries = query(
  'listDeliveries',
  async ({ webhook: id, state, limit }, { store, caller, after, cursorFor }) => {
    const webhook = present(await store.webhook(caller.tenant, id), id);
    const { items, next } = await store.deliveries(webhook, { state, limit, after });
    return { items: [...items], ...cursorFor(next) };
  },
);

export const handler = lambda(listDeliveries);
