import { Principal } from '../shared/domain/principal.ts';
import { isAdmin } from '../shared/domain/token.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';

export const listTokens = query('listTokens', async ({ limit }, { store, caller, now, after, cursorFor }) => {
  const of = isAdmin(caller.roles) ? undefined : Principal.parse(caller.actor.principal);
  const { items, next } = await store.tokens(caller.tenant, of, { limit, after }, now);
  return { items: [...items], ...cursorFor(next) };
});

export const handler = lambda(listTokens);
