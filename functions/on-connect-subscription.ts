import { EventView } from '../shared/domain/event.ts';
import { connected, Subscription } from '../shared/domain/subscription.ts';
import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { queued } from '../shared/reactions/reaction.ts';

/**
 * Makes the rule of a subscription, or takes it away. Every step may be done twice; messages may come in any order: the
 * table says whether the subscription is there.
 */
export const onConnectSubscription = queued('onConnectSubscription', async ({ body }, { store, services }) => {
  const { tenant, data } = EventView.parse(body);
  const id = Subscription.shape.id.parse(data['subscription']);
  const subscription = await store.subscription(tenant, id);
  if (!subscription) return services.subscribers.disconnect(id);
  await services.subscribers.connect(subscription);
  // Who deleted it meanwhile may have looked for its rule too early.
  const still = await store.subscription(tenant, id);
  if (!still) return services.subscribers.disconnect(id);
  if (still.state === 'connecting') await store.commit(connected(still));
});

export const handler = lambdaReaction(onConnectSubscription);
