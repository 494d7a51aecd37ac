import { type Change, momentOf, type Occasion } from './change.ts';
import { type Attempt, attempted, type Delivery, hasArrived, isGone, type Outcome } from './delivery.ts';
import type { Tenant } from './tenant.ts';
import { type DisabledReason, headAt, hostOf, type Webhook } from './webhook.ts';

/** Of failures only, before a webhook is switched off. */
const FAILING_DAYS_MAX = 5;

/** Why the end of an attempt is the end of its webhook too, if it is. */
export function disabledBy(webhook: Webhook, attempt: Attempt): DisabledReason | undefined {
  if (webhook.state === 'disabled' || hasArrived(attempt)) return undefined;
  if (isGone(attempt)) return 'gone';
  const since = new Date(webhook.failingSince ?? attempt.at);
  const days = (new Date(attempt.at).getTime() - since.getTime()) / 86_400_000;
  return days >= FAILING_DAYS_MAX ? 'failing' : undefined;
}

/** What is noted of an attempt: its end in the delivery, and in the webhook whether anything arrives there at all. */
export function recordAttempt(
  { delivery, webhook }: { readonly delivery: Delivery; readonly webhook: Webhook },
  outcome: Outcome,
  spread: number,
): Change<Delivery> {
  const after = attempted(delivery, outcome, spread);
  const { failingSince, ...rest } = webhook;
  const revision = webhook.revision + 1;
  const keep = [{ replace: after }];
  if (webhook.state === 'disabled' || hasArrived(outcome) === (failingSince === undefined)) {
    return { result: after, keep };
  }
  const noted: Webhook = hasArrived(outcome) ? rest : { ...rest, failingSince: outcome.at };
  return { result: after, keep: [...keep, { replace: { ...noted, revision } }] };
}

/** The same where it is the last attempt that the webhook gets: it is switched off. */
export function recordLastAttempt(
  tenant: Tenant,
  { delivery, webhook }: { readonly delivery: Delivery; readonly webhook: Webhook },
  outcome: Outcome,
  reason: DisabledReason,
  occasion: Occasion,
): Change<Delivery> {
  const at = momentOf(tenant, occasion);
  const after = attempted(delivery, outcome, 0);
  const { failingSince } = webhook;
  const revision = webhook.revision + 1;
  const disabled: Webhook = { ...webhook, state: 'disabled', disabled: { reason, at }, updatedAt: at, revision };
  const since = failingSince === undefined ? {} : { failingSince };
  return {
    result: after,
    head: headAt(tenant, at),
    writes: [{ replace: disabled }, { replace: after }],
    event: {
      type: 'webhook.disabled',
      actor: occasion.actor,
      data: { webhook: webhook.id, host: hostOf(webhook), reason, ...since },
    },
  };
}
