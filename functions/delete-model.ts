import { modelView } from '../shared/contract/views.ts';
import { deleteModel as remove } from '../shared/domain/model.ts';
import { keepName } from '../shared/http/governed.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { loadRetainedOf } from '../shared/http/retained.ts';
import { loadTiesOf } from '../shared/http/ties.ts';

export const deleteModel = mutation('deleteModel', async ({ model: name, force, reason }, context) => {
  const { model, ties } = await loadTiesOf(context, () => loadModel(context, name));
  const [retained] = await Promise.all([loadRetainedOf(context, model), keepName(context, model)]);
  return answering(remove(model, { force, reason, ties, retained }, context), modelView);
});

export const handler = lambda(deleteModel);
