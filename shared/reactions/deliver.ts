import { hash } from 'node:crypto';
import type { Change } from '../domain/change.ts';
import { type Delivery, givenUp, hasArrived, type Outcome } from '../domain/delivery.ts';
import type { EventView } from '../domain/event.ts';
import type { Webhook } from '../domain/webhook.ts';
import { disabledBy, recordAttempt, recordLastAttempt } from '../domain/webhook-health.ts';
import { messageOf } from '../domain/webhook-message.ts';
import { Conflict, unlessConflict } from '../store/store.ts';
import { transmit } from '../webhooks/transmit.ts';
import type { ReactionContext } from './reaction.ts';

/** A delivery that is to be tried, and what there is still of webhook and event. */
export interface Found {
  readonly delivery: Delivery;
  readonly webhook: Webhook | undefined;
  readonly event: EventView | undefined;
}

/** Makes one attempt, and notes its end. Answers the delivery as it is then. */
export async function deliver(found: Found, context: ReactionContext): Promise<Delivery> {
  const { delivery, webhook, event } = found;
  const why = reasonToGiveUp(found);
  if (!webhook || !event || why) return noted(delivery, givenUp(delivery, why ?? GONE, context.now), context);
  return record({ delivery, webhook }, await attempt({ delivery, webhook, event }, context), context);
}

const GONE = 'the webhook is deleted';

function reasonToGiveUp({ delivery, webhook }: Found): string | undefined {
  const isOff = webhook?.state === 'disabled' && delivery.type !== 'webhook.pinged';
  return isOff ? 'the webhook is switched off' : undefined;
}

/** As it was, where somebody asked for it again meanwhile, or noted the same. */
const noted = (delivery: Delivery, after: Delivery, { store }: ReactionContext): Promise<Delivery> =>
  unlessConflict(store.commit({ result: after, keep: [{ replace: after }] }), delivery);

/**
 * Sends all that an event is to a webhook: one message or, in another product's words, it may be several. They are one
 * attempt, which has arrived when each has: what arrived comes again with the rest, under the same id.
 */
async function attempt(
  { delivery, webhook, event }: { delivery: Delivery; webhook: Webhook; event: EventView },
  { services }: ReactionContext,
): Promise<Outcome> {
  const [first = messageOf(event), ...more] = delivery.bodies ?? [];
  const [outcome, ...others] = await Promise.all([
    transmit(webhook, { id: event.id, body: first }, services),
    ...more.map((body, index) => transmit(webhook, { id: `${event.id}-${index + 2}`, body }, services)),
  ]);
  return [outcome, ...others].find((one) => !hasArrived(one)) ?? outcome;
}

const RECORDS_MAX = 8;
const PAUSE_MS = 20;

/**
 * Notes the end of an attempt, for as long as it is still the end of this try: other attempts to the same webhook may
 * note theirs at the same time.
 */
async function record(
  { delivery, webhook }: { readonly delivery: Delivery; readonly webhook: Webhook },
  outcome: Outcome,
  context: ReactionContext,
): Promise<Delivery> {
  const { store, services } = context;
  let now = { delivery, webhook };
  for (let times = 1; times <= RECORDS_MAX; times += 1) {
    try {
      return await store.commit(await changeOf(now, outcome, context));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
    await services.pause(PAUSE_MS * 2 ** times);
    const { tenant, webhook: id, event, model, seq } = delivery;
    const found = await store.toDeliver({ tenant, webhook: id, event, model: model?.id, seq });
    if (found.delivery?.state !== 'pending' || found.delivery.tries !== delivery.tries)
      return found.delivery ?? delivery;
    now = { delivery: found.delivery, webhook: found.webhook ?? webhook };
  }
  throw new Error(`The end of an attempt of ${delivery.event} could not be noted.`);
}

async function changeOf(
  now: { readonly delivery: Delivery; readonly webhook: Webhook },
  outcome: Outcome,
  context: ReactionContext,
): Promise<Change<Delivery>> {
  const reason = disabledBy(now.webhook, outcome);
  const tenant = reason && (await context.store.tenant(now.webhook.tenant));
  if (tenant && reason) return recordLastAttempt(tenant, now, outcome, reason, context);
  return recordAttempt(now, outcome, spreadOf(now.delivery));
}

/** Where in its jitter the next attempt falls: for each attempt elsewhere, and the same whoever asks. */
function spreadOf({ event, webhook, tries }: Delivery): number {
  return Number.parseInt(hash('sha256', `${event}/${webhook}/${tries}`, 'hex').slice(0, 8), 16) / 2 ** 32;
}
