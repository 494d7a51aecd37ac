import { versionView } from '../shared/contract/views.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';

export const getVersion = query('getVersion', async ({ model: name, version }, context) => {
  const model = await loadModel(context, name);
  return versionView(model, await loadVersion(context, model, version), context.now);
});

export const handler = lambda(getVersion);
