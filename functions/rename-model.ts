import { modelView } from '../shared/contract/views.ts';
import { renameModel as rename } from '../shared/domain/model.ts';
import { keepName } from '../shared/http/governed.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const renameModel = mutation('renameModel', async ({ model: name, to }, context) => {
  const { store, caller } = context;
  const [model, existing] = await Promise.all([loadModel(context, name), store.model(caller.tenant, to)]);
  await keepName(context, model);
  return answering(rename(model, existing, to, context), modelView);
});

export const handler = lambda(renameModel);
