import { modelView } from '../shared/contract/views.ts';
import { updateModel as update } from '../shared/domain/model.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const updateModel = mutation('updateModel', async ({ model: name, ...changes }, context) => {
  const model = await loadModel(context, name);
  return answering(update(model, changes, context), modelView);
});

export const handler = lambda(updateModel);
