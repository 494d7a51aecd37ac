import { modelView } from '../shared/contract/views.ts';
import { setAlias as set } from '../shared/domain/alias.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const setAlias = mutation('setAlias', async ({ model: name, version: number, alias }, context) => {
  const model = await loadModel(context, name);
  const version = await loadVersion(context, model, number);
  return answering(set(model, alias, version, context), modelView);
});

export const handler = lambda(setAlias);
