import { modelView } from '../shared/contract/views.ts';
import { deleteAlias as remove } from '../shared/domain/alias.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const deleteAlias = mutation('deleteAlias', async ({ model: name, alias }, context) => {
  const model = await loadModel(context, name);
  return answering(remove(model, alias, context), modelView);
});

export const handler = lambda(deleteAlias);
