import { checkView } from '../shared/contract/governance-views.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';

export const listChecks = query('listChecks', async ({ model: name, version: number }, context) => {
  const model = await loadModel(context, name);
  const [checks] = await Promise.all([context.store.checks(model, number), loadVersion(context, model, number)]);
  return { items: checks.map((check) => checkView(model.name, check)) };
});

export const handler = lambda(listChecks);
