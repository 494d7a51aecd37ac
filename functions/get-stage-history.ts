import { heldBy } from '../shared/domain/history.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';

export const getStageHistory = query('getStageHistory', async ({ model: name, stage, alias, at, limit }, context) => {
  const { store, after, cursorFor } = context;
  const model = await loadModel(context, name);
  const held = heldBy({ stage, alias });
  if (at !== undefined) {
    const holding = await store.holdingAt(model, held, new Date(at));
    return { items: holding ? [holding] : [] };
  }
  const { items, next } = await store.holdings(model, held, { limit, order: 'descending', after });
  return { items: [...items], ...cursorFor(next) };
});

export const handler = lambda(getStageHistory);
