import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';

export const listMembers = query('listMembers', async ({ limit }, { store, caller, after, cursorFor }) => {
  const { items, next } = await store.members(caller.tenant, { limit, after });
  return { items: [...items], ...cursorFor(next) };
});

export const handler = lambda(listMembers);
