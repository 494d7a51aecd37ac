import { policyView } from '../shared/contract/views.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';

export const getPolicy = query('getPolicy', async ({ model: name }, context) => {
  const { store, caller } = context;
  const model = name === undefined ? undefined : await loadModel(context, name);
  const policies = await store.policies(caller.tenant, model?.id);
  return policyView(policies, model);
});

export const handler = lambda(getPolicy);
