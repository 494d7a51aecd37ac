import { approvalView } from '../shared/contract/governance-views.ts';
import { type Approval, isOpen } from '../shared/domain/approval.ts';
import { stateOf } from '../shared/domain/approving.ts';
import { includes } from '../shared/domain/role.ts';
import { type Context, query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';

export const listApprovals = query('listApprovals', async ({ limit }, context) => {
  const { store, caller, after, cursorFor } = context;
  const { items, next } = await store.inbox(caller.tenant, { limit, after });
  return { items: await waiting(context, items), ...cursorFor(next) };
});

/** Those that the caller may see and that votes can still make something of, as things are now. */
async function waiting({ store, caller, now }: Context, approvals: readonly Approval[]) {
  if (approvals.length === 0) return [];
  const models = [...new Set(approvals.map(({ model }) => model))];
  const [names, policies, versions] = await Promise.all([
    store.lastNames(caller.tenant, models),
    store.policiesOf(caller.tenant, models),
    store.versionsAt(caller.tenant, approvals),
  ]);
  return approvals.flatMap((approval, index) => {
    const model = names.get(approval.model);
    const version = versions[index];
    if (!model || model.deleted || !version || !includes(caller.roles, ['reader'], model.name)) return [];
    const subject = { version, policies: policies.get(approval.model) ?? {} };
    return isOpen(stateOf(approval, subject, now)) ? [approvalView(model.name, approval)] : [];
  });
}

export const handler = lambda(listApprovals);
