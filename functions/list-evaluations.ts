import { evaluationView } from '../shared/contract/governance-views.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';

export const listEvaluations = query(
  'listEvaluations',
  async ({ model: name, version: number, dataset, limit }, context) => {
    const { store, after, cursorFor } = context;
    const model = await loadModel(context, name);
    const [{ items, next }] = await Promise.all([
      store.evaluations(model, number, { dataset, order: 'descending', limit, after }),
      loadVersion(context, model, number),
    ]);
    return { items: items.map((evaluation) => evaluationView(model.name, evaluation)), ...cursorFor(next) };
  },
);

export const handler = lambda(listEvaluations);
