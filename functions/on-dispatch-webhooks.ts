import { type Delivery, deliveryOf } from '../shared/domain/delivery.ts';
import { EventView } from '../shared/domain/event.ts';
import { WebhookId, wants } from '../shared/domain/webhook.ts';
import { queueUp } from '../shared/reactions/deliveries.ts';
import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { queued, type ReactionContext } from '../shared/reactions/reaction.ts';
import { subjectOf } from '../shared/reactions/subject.ts';
import { Conflict } from '../shared/store/store.ts';

/**
 * Makes a delivery of an event for each webhook that wants it, and puts it into the queue. The bus may bring an event
 * twice: what is there already is left to whoever made it. When the message itself comes again, that was this function,
 * and it may have ended before anything was in the queue.
 */
export const onDispatchWebhooks = queued('onDispatchWebhooks', async ({ body, attempt }, context) => {
  const event = EventView.parse(body);
  const webhooks = await context.store.allWebhooks(event.tenant);
  // Most tenants have no webhooks in other words than the registry's, and need nothing more than the event.
  const isTold = webhooks.some((webhook) => webhook.format !== 'signet' && wants(webhook, event));
  const subject = isTold ? await subjectOf(event, context.store) : {};
  const wanted = webhooks.flatMap((webhook) => deliveryOf(webhook, event, context.now, subject) ?? []);
  const made = await Promise.all(
    wanted.map(async (delivery) => {
      if (await isMade(delivery, context)) return delivery;
      return attempt > 1 ? untried(delivery, context) : undefined;
    }),
  );
  const again = event.type === 'webhook.redelivered' ? await redelivered(event, context) : undefined;
  await queueUp(
    [...made, again].filter((one) => one !== undefined),
    context,
  );
});

/**
 * Whether this is the first delivery of this event to this webhook. A conflict may be with a transaction of which nothing
 * came: then the message has to come again.
 */
async function isMade(delivery: Delivery, { store }: ReactionContext): Promise<boolean> {
  try {
    return await store.commit({ result: true, keep: [{ create: delivery }] });
  } catch (error) {
    const { tenant, webhook, event } = delivery;
    if (error instanceof Conflict && (await store.delivery(tenant, webhook, event))) return false;
    throw error;
  }
}

async function untried({ tenant, webhook, event }: Delivery, { store }: ReactionContext) {
  const found = await store.delivery(tenant, webhook, event);
  return found?.state === 'pending' && found.tries === 0 ? found : undefined;
}

/** The delivery that an event asks for once more. */
async function redelivered({ tenant, data }: EventView, { store }: ReactionContext): Promise<Delivery | undefined> {
  return store.delivery(tenant, WebhookId.parse(data['webhook']), String(data['event']));
}

export const handler = lambdaReaction(onDispatchWebhooks);
