import { policyView } from '../shared/contract/views.ts';
import { putModelPolicy, putTenantPolicy } from '../shared/domain/policy.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadTenant } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const putPolicy = mutation('putPolicy', async ({ model: name, policy }, context) => {
  const { store, caller } = context;
  if (name === undefined) {
    const [tenant, { ofTenant }] = await Promise.all([loadTenant(context), store.policies(caller.tenant)]);
    return answering(putTenantPolicy(tenant, ofTenant, policy, context), (put) => policyView({ ofTenant: put }));
  }
  const model = await loadModel(context, name);
  const { ofTenant, ofModel } = await store.policies(caller.tenant, model.id);
  return answering(putModelPolicy(model, ofModel, policy, context), (put) =>
    policyView({ ofTenant, ofModel: put.policy }, put.model),
  );
});

export const handler = lambda(putPolicy);
