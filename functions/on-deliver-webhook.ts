import { deliver } from '../shared/reactions/deliver.ts';
import { DeliveryMessage, queueUp } from '../shared/reactions/deliveries.ts';
import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { queued } from '../shared/reactions/reaction.ts';

/**
 * Makes one attempt, notes how it ended, and sees to the next one. Ending between the request and the note makes one
 * attempt twice, never none: the receiver knows it by the id.
 */
export const onDeliverWebhook = queued('onDeliverWebhook', async ({ body, attempt }, context) => {
  const message = DeliveryMessage.parse(body);
  const found = await context.store.toDeliver(message);
  const { delivery } = found;
  if (delivery?.state !== 'pending') return;
  if (delivery.tries === message.tries) return queueUp([await deliver({ ...found, delivery }, context)], context);
  // A message of a try that was made already. When it is this message that made it, it did not come to the end.
  if (attempt > 1 && delivery.tries === message.tries + 1) await queueUp([delivery], context);
});

export const handler = lambdaReaction(onDeliverWebhook);
