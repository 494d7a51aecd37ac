import { Failure } from '../errors.ts';
import { type Change, momentOf, type Occasion } from './change.ts';
import { begunAnew, type Delivery } from './delivery.ts';
import type { Tenant } from './tenant.ts';
import { headAt, type Webhook } from './webhook.ts';

/**
 * Has an event delivered again, whatever became of it before. Receivers get it under the same id.
 * @throws Failure `delivery.not_found`, `webhook.disabled`
 */
export function redeliver(
  tenant: Tenant,
  webhook: Webhook,
  delivery: Delivery | undefined,
  event: string,
  occasion: Occasion,
): Change<Delivery> {
  if (!delivery) throw new Failure('delivery.not_found', `The webhook ${webhook.id} has no delivery of ${event}.`);
  if (webhook.state === 'disabled' && delivery.type !== 'webhook.pinged') {
    throw new Failure('webhook.disabled', `The webhook ${webhook.id} is switched off.`);
  }
  const anew = begunAnew(delivery, occasion.now);
  return {
    result: anew,
    head: headAt(tenant, momentOf(tenant, occasion)),
    writes: [{ replace: anew }, { unchanged: webhook }],
    event: { type: 'webhook.redelivered', actor: occasion.actor, data: { webhook: webhook.id, event } },
  };
}
