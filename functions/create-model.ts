import { modelView } from '../shared/contract/views.ts';
import { createModel as create } from '../shared/domain/model.ts';
import { ModelId } from '../shared/domain/names.ts';
import { lambda } from '../shared/http/lambda.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const createModel = mutation('createModel', async ({ model: name, description, tags }, context) => {
  const { store, caller, services } = context;
  const [existing, { ofTenant: policy }] = await Promise.all([
    store.model(caller.tenant, name),
    store.policies(caller.tenant),
  ]);
  const id = ModelId.parse(services.newId());
  return answering(create(caller.tenant, id, { name, description, tags }, { existing, policy }, context), modelView);
});

export const handler = lambda(createModel);
