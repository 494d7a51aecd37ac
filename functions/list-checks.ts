import { checkView } from '../shared/contract/governance-views.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';

export const listChecks = query('listChecks', async ({ model: name, version: number, limit }, context) => {
  const { store, after, cursorFor } = context;
  const model = await loadModel(context, name);
  const [{ items, next }] = await Promise.all([
    store.checks(model, number, { limit, after }),
    loadVersion(context, model, number),
  ]);
  return { items: items.map((check) => checkView(model.name, check)), ...cursorFor(next) };
});

export const handler = lambda(listChecks);
