import { versionView } from '../shared/contract/views.ts';
import { resolve } from '../shared/domain/resolve.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { namesOfNeeds } from '../shared/http/ties.ts';

export const resolveVersion = query('resolveVersion', async ({ model: name, reference }, context) => {
  const model = await loadModel(context, name);
  const version = await loadVersion(context, model, resolve(model, reference));
  return versionView(model, version, context.now, await namesOfNeeds(context, version));
});

export const handler = lambda(resolveVersion);
