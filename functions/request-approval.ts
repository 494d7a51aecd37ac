import { approvalView } from '../shared/contract/governance-views.ts';
import { ApprovalId } from '../shared/domain/approval.ts';
import { requestApproval as request } from '../shared/domain/approving.ts';
import { loadSubject } from '../shared/http/governed.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const requestApproval = mutation(
  'requestApproval',
  async ({ model: name, version: number, stage, comment }, context) => {
    const { store, services } = context;
    const model = await loadModel(context, name);
    const [subject, earlier] = await Promise.all([loadSubject(context, model, number), store.approvals(model, number)]);
    const id = ApprovalId.parse(services.newId());
    const change = request(model, subject, earlier, { id, stage, comment }, context);
    return answering(change, (approval) => approvalView(model.name, approval));
  },
);

export const handler = lambda(requestApproval);
