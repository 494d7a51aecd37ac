import * as z from 'zod/mini';
import type { Subject } from './callback/format.ts';
import { callbacksFor } from './callback/formats.ts';
import { EventType, type EventView } from './event.ts';
import { ModelId, ModelName, Revision, TenantId, Timestamp } from './names.ts';
import { type Webhook, WebhookId, wants } from './webhook.ts';

/** One request to a receiver, as it ended. What the receiver said besides its status is not kept. */
export const Attempt = z.object({
  at: Timestamp,
  /** Absent where there was no answer. */
  status: z.optional(z.int()),
  milliseconds: z.int(),
  /** Why it does not count as arrived, in words of the registry. */
  error: z.optional(z.string()),
});
export type Attempt = z.output<typeof Attempt>;

/** `pending` is to be tried, or tried again; `failed` is not tried any more unless somebody asks for it. */
export const DeliveryState = z.enum(['pending', 'delivered', 'failed']);
export type DeliveryState = z.output<typeof DeliveryState>;

/** One event on its way to one webhook. */
export const Delivery = z.object({
  kind: z.literal('delivery'),
  tenant: TenantId,
  webhook: WebhookId,
  /** The id of the event, which receivers get as `webhook-id` with every attempt. */
  event: z.string(),
  type: EventType,
  model: z.optional(z.object({ id: ModelId, name: ModelName })),
  /** With the model, where the event is found: its place in its chain. */
  seq: z.int(),
  /** When the event happened. */
  at: Timestamp,
  /** What is sent of it, where the webhook is told in other words than the registry's: all of it with each attempt. */
  bodies: z.optional(z.array(z.string())),
  state: DeliveryState,
  /** How often it was tried since it was last asked for. */
  tries: z.int(),
  /** When it is to be tried next, while it is pending. */
  nextAt: z.optional(Timestamp),
  /** When whoever looks for what was forgotten takes it up: while it is pending. */
  dueAt: z.optional(Timestamp),
  attempts: z.array(Attempt),
  createdAt: Timestamp,
  /** Seconds since 1970. */
  expiresAt: z.int(),
  revision: Revision,
});
export type Delivery = z.output<typeof Delivery>;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds before each attempt, from the one before: 75.6 hours in all. */
export const SCHEDULE = [
  0,
  5,
  30,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** By how much attempts are early or late, so that what failed together does not come back together. */
const JITTER = 0.2;
const RETRY_AFTER_SECONDS_MAX = 24 * HOUR;
/** A queue holds a message back for so long; what is to come later lies in the table, and is looked for. */
export const QUEUE_SECONDS_MAX = 15 * MINUTE;
/**
 * A message that did not do its work by then is taken for lost. It comes again by itself when its function broke down, so
 * that this is for what no queue has any more, and may take longer than a queue is ever behind.
 */
const LOST_SECONDS = 30 * MINUTE;
const KEPT_SECONDS = 30 * 24 * HOUR;
const ATTEMPTS_KEPT = 25;

/** An event for a webhook, if it is for it: to be tried at once. Other formats tell what an event is about, as it is now. */
export function deliveryOf(webhook: Webhook, event: EventView, now: Date, subject: Subject = {}): Delivery | undefined {
  if (!wants(webhook, event)) return undefined;
  const bodies = callbacksFor(webhook, event, subject);
  if (bodies?.length === 0) return undefined;
  const { tenant, id, type, model, seq, at } = event;
  return {
    kind: 'delivery',
    tenant,
    webhook: webhook.id,
    event: id,
    type,
    ...(model && { model }),
    seq,
    at,
    ...(bodies && { bodies: [...bodies] }),
    state: 'pending',
    tries: 0,
    ...waiting(now, 0),
    attempts: [],
    createdAt: now.toISOString(),
    expiresAt: Math.floor(now.getTime() / 1_000) + KEPT_SECONDS,
    revision: 1,
  };
}

/** How an attempt ended, with the wait that the receiver asked for. */
export type Outcome = Attempt & { readonly retryAfterSeconds?: number | undefined };

/** What counts as arrived. A redirect does not: nobody follows it. */
export const hasArrived = ({ status }: Pick<Attempt, 'status'>): boolean =>
  status !== undefined && status >= 200 && status < 300;

/** The receiver says that it is gone for good. */
export const isGone = ({ status }: Pick<Attempt, 'status'>): boolean => status === 410;

/** A delivery after one more attempt. `spread` is where in its jitter the next one falls: 0 to 1. */
export function attempted(delivery: Delivery, outcome: Outcome, spread: number): Delivery {
  const { retryAfterSeconds = 0, ...attempt } = outcome;
  const { nextAt: _, dueAt: __, ...rest } = delivery;
  const tries = delivery.tries + 1;
  const tried = {
    ...rest,
    tries,
    attempts: [...delivery.attempts, attempt].slice(-ATTEMPTS_KEPT),
    revision: delivery.revision + 1,
  };
  if (hasArrived(attempt)) return { ...tried, state: 'delivered' };
  const seconds = SCHEDULE[tries];
  if (isGone(attempt) || seconds === undefined) return { ...tried, state: 'failed' };

  const jittered = seconds * (1 - JITTER + 2 * JITTER * spread);
  const ended = new Date(new Date(attempt.at).getTime() + attempt.milliseconds);
  return { ...tried, ...waiting(ended, Math.max(jittered, Math.min(retryAfterSeconds, RETRY_AFTER_SECONDS_MAX))) };
}

/** A delivery that nobody waits for any more, and why. */
export function givenUp(delivery: Delivery, error: string, now: Date): Delivery {
  const { nextAt: _, dueAt: __, ...rest } = delivery;
  const attempt = { at: now.toISOString(), milliseconds: 0, error };
  return {
    ...rest,
    state: 'failed',
    attempts: [...delivery.attempts, attempt].slice(-ATTEMPTS_KEPT),
    revision: delivery.revision + 1,
  };
}

/** A delivery that begins anew, at once, whatever became of it before. */
export const begunAnew = (delivery: Delivery, now: Date): Delivery => ({
  ...delivery,
  state: 'pending',
  tries: 0,
  ...waiting(now, 0),
  expiresAt: Math.floor(now.getTime() / 1_000) + KEPT_SECONDS,
  revision: delivery.revision + 1,
});

/** A pending delivery that is taken up now: nobody else takes it up for a while. */
export const takenUp = (delivery: Delivery, now: Date): Delivery => ({
  ...delivery,
  dueAt: later(now, LOST_SECONDS),
  revision: delivery.revision + 1,
});

/** For how many seconds a queue has to hold it back, or nothing where that is longer than a queue can. */
export function queueSecondsOf({ nextAt }: Delivery, now: Date): number | undefined {
  if (nextAt === undefined) return undefined;
  const seconds = Math.max(0, Math.ceil((new Date(nextAt).getTime() - now.getTime()) / 1_000));
  return seconds <= QUEUE_SECONDS_MAX ? seconds : undefined;
}

/** When it is tried next; and when it is looked for: then, or later where a queue has it until then. */
function waiting(from: Date, seconds: number): { readonly nextAt: string; readonly dueAt: string } {
  const inQueue = seconds <= QUEUE_SECONDS_MAX;
  return { nextAt: later(from, seconds), dueAt: later(from, seconds + (inQueue ? LOST_SECONDS : 0)) };
}

const later = (from: Date, seconds: number): string =>
  new Date(from.getTime() + Math.round(seconds * 1_000)).toISOString();
