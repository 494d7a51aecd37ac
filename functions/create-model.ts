import { modelView } from '../shared/contract/views.ts';
import { createModel as create } from '../shared/domain/model.ts';
import { ModelId } from '../shared/domain/names.ts';
import { Failure } from '../shared/errors.ts';
import { lambda } from '../shared/http/lambda.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const createModel = mutation('createModel', async ({ model: name, description, tags }, context) => {
  const { store, caller, services } = context;
  const [existing, { ofTenant }] = await Promise.all([store.model(caller.tenant, name), store.policies(caller.tenant)]);
  if (existing) throw new Failure('model.exists', `There is a model ${name} already.`);

  const id = ModelId.parse(services.newId());
  return answering(create(caller.tenant, id, { name, description, tags }, ofTenant, context), modelView);
});

export const handler = lambda(createModel);
