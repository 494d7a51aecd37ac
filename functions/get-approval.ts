import { approvalView } from '../shared/contract/governance-views.ts';
import { stateOf } from '../shared/domain/approving.ts';
import { query } from '../shared/http/endpoint.ts';
import { loadApproval } from '../shared/http/governed.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';

export const getApproval = query('getApproval', async ({ model: name, version: number, approval: id }, context) => {
  const model = await loadModel(context, name);
  const asked = await loadApproval(context, model, number, id);
  return approvalView(model.name, asked.approval, stateOf(asked.approval, asked, context.now));
});

export const handler = lambda(getApproval);
