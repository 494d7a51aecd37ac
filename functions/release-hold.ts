import { holdView } from '../shared/contract/retention-views.ts';
import { releaseHold as release } from '../shared/domain/hold.ts';
import { Failure } from '../shared/errors.ts';
import { namesOfHolds } from '../shared/http/holds.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const releaseHold = mutation('releaseHold', async ({ hold: id, reason }, context) => {
  const { store, caller } = context;
  const [tenant, hold] = await Promise.all([loadTenant(context), store.hold(caller.tenant, id)]);
  if (!hold) throw new Failure('hold.not_found', `There is no legal hold ${id}.`);

  const nameOf = await namesOfHolds(context, [hold]);
  return answering(release(tenant, hold, reason, context), (after) => holdView(after, nameOf(after)));
});

export const handler = lambda(releaseHold);
