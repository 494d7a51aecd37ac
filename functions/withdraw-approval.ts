import { approvalView } from '../shared/contract/governance-views.ts';
import { includes } from '../shared/domain/role.ts';
import { withdrawApproval as withdraw } from '../shared/domain/withdrawal.ts';
import { loadApproval } from '../shared/http/governed.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const withdrawApproval = mutation(
  'withdrawApproval',
  async ({ model: name, version: number, approval: id, reason }, context) => {
    const model = await loadModel(context, name);
    const { approval, ...subject } = await loadApproval(context, model, number, id);
    const isAdmin = includes(context.caller.roles, ['admin'], model.name);
    const change = withdraw(model, subject, approval, { isAdmin, reason }, context);
    return answering(change, (withdrawn) => approvalView(model.name, withdrawn));
  },
);

export const handler = lambda(withdrawApproval);
