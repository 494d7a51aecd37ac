import * as z from 'zod/mini';
import { type Delivery, queueSecondsOf } from '../domain/delivery.ts';
import { ModelId, TenantId } from '../domain/names.ts';
import { WebhookId } from '../domain/webhook.ts';
import type { ReactionContext } from './reaction.ts';

/** What a message says of the delivery that it asks for: which one, where its event is, and which of its tries it is. */
export const DeliveryMessage = z.object({
  tenant: TenantId,
  webhook: WebhookId,
  event: z.string(),
  model: z.optional(ModelId),
  seq: z.int(),
  tries: z.int(),
});
export type DeliveryMessage = z.output<typeof DeliveryMessage>;

/**
 * Puts deliveries into the queue, each to be seen at its time. What is to be tried later than a queue can hold it stays
 * in the table, until whoever looks for it finds that its time has come.
 */
export async function queueUp(
  deliveries: readonly Delivery[],
  { services }: Pick<ReactionContext, 'services'>,
): Promise<void> {
  const now = services.now();
  const messages = deliveries.flatMap((delivery) => {
    const delaySeconds = queueSecondsOf(delivery, now);
    if (delaySeconds === undefined) return [];
    const { tenant, webhook, event, model, seq, tries } = delivery;
    const body = { tenant, webhook, event, ...(model && { model: model.id }), seq, tries };
    return [{ body, group: tenant, delaySeconds }];
  });
  await services.queues.send('onDeliverWebhook', messages);
}
