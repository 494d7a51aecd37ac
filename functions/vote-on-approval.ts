import { approvalView } from '../shared/contract/governance-views.ts';
import { includes, Role } from '../shared/domain/role.ts';
import { vote } from '../shared/domain/vote.ts';
import { loadApproval, loadPeople } from '../shared/http/governed.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const voteOnApproval = mutation(
  'voteOnApproval',
  async ({ model: name, version: number, approval: id, decision, reason }, context) => {
    const model = await loadModel(context, name);
    const { approval, ...subject } = await loadApproval(context, model, number, id);
    const roles = Role.options.filter((role) => includes(context.caller.roles, [role], model.name));
    const people = await loadPeople(context, subject, approval);
    const voting = { decision, reason, roles, provenBy: 'aws-sigv4', people } as const;
    const change = vote(model, subject, approval, voting, context);
    return answering(change, (voted) => approvalView(model.name, voted));
  },
);

export const handler = lambda(voteOnApproval);
