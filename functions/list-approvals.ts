import { approvalView } from '../shared/contract/governance-views.ts';
import { includes } from '../shared/domain/role.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';

export const listApprovals = query('listApprovals', async ({ limit }, context) => {
  const { store, caller, after, cursorFor } = context;
  const { items, next } = await store.inbox(caller.tenant, { limit, after });
  const names = await store.lastNames(
    caller.tenant,
    items.map(({ model }) => model),
  );
  const visible = items.flatMap((approval) => {
    const model = names.get(approval.model);
    const isVisible = model && !model.deleted && includes(caller.roles, ['reader'], model.name);
    return isVisible ? [approvalView(model.name, approval)] : [];
  });
  return { items: visible, ...cursorFor(next) };
});

export const handler = lambda(listApprovals);
