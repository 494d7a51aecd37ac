import { holdView } from '../shared/contract/retention-views.ts';
import { query } from '../shared/http/endpoint.ts';
import { namesOfHolds } from '../shared/http/holds.ts';
import { lambda } from '../shared/http/lambda.ts';

export const listHolds = query('listHolds', async ({ state, limit }, context) => {
  const { store, caller, after, cursorFor } = context;
  const isAsked = state === undefined ? undefined : (hold: { readonly state: string }) => hold.state === state;
  const { items, next } = await store.holds(caller.tenant, { limit, after }, isAsked);
  const nameOf = await namesOfHolds(context, items);
  return { items: items.map((hold) => holdView(hold, nameOf(hold))), ...cursorFor(next) };
});

export const handler = lambda(listHolds);
