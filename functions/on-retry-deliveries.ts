import { type Delivery, takenUp } from '../shared/domain/delivery.ts';
import { queueUp } from '../shared/reactions/deliveries.ts';
import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { type ReactionContext, scheduled } from '../shared/reactions/reaction.ts';
import { unlessConflict } from '../shared/store/store.ts';

/** Of each part of the index at a time, and how many times: what is left then is for the next minute. */
const PAGE = 100;
const PAGES_MAX = 25;

/** Puts into the queue what is to be tried now, and what was to be in it and is not. */
export const onRetryDeliveries = scheduled('onRetryDeliveries', async (context) => {
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const due = await context.store.dueDeliveries(context.now, PAGE);
    if (due.length === 0) return;
    const taken = await Promise.all(due.map((delivery) => take(delivery, context)));
    await queueUp(
      taken.filter((one) => one !== undefined),
      context,
    );
  }
});

/** Takes a delivery up, unless somebody else did: the index may lag behind. */
function take(delivery: Delivery, { store, now }: ReactionContext): Promise<Delivery | undefined> {
  const taken = takenUp(delivery, now);
  return unlessConflict(store.commit({ result: taken, keep: [{ replace: taken }] }), undefined);
}

export const handler = lambdaReaction(onRetryDeliveries);
