import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';

export const listSubscriptions = query('listSubscriptions', async (_, { store, caller }) => ({
  items: [...(await store.subscriptions(caller.tenant))],
}));

export const handler = lambda(listSubscriptions);
