import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';

export const listCheckpoints = query('listCheckpoints', async ({ limit }, context) => {
  const { store, caller, after, cursorFor } = context;
  const { items, next } = await store.checkpoints(caller.tenant, { limit, order: 'descending', after });
  return { items: [...items], ...cursorFor(next) };
});

export const handler = lambda(listCheckpoints);
