import { approvalView } from '../shared/contract/governance-views.ts';
import { withdrawApproval as withdraw } from '../shared/domain/approving.ts';
import { includes } from '../shared/domain/role.ts';
import { loadApproval } from '../shared/http/governed.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const withdrawApproval = mutation(
  'withdrawApproval',
  async ({ model: name, version: number, approval: id, reason }, context) => {
    const { caller, now } = context;
    const model = await loadModel(context, name);
    const { approval } = await loadApproval(context, model, number, id);
    const isAdmin = includes(caller.roles, ['admin'], model.name);
    const change = withdraw(model, approval, { isAdmin, reason }, context);
    return answering(change, (withdrawn) => approvalView(model.name, withdrawn, now));
  },
);

export const handler = lambda(withdrawApproval);
