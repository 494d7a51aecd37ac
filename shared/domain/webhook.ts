import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { WebhookFormat } from './callback/format.ts';
import { tellingOf } from './callback/topics.ts';
import { type Change, momentOf, type Occasion, unchanged } from './change.ts';
import { EventType, type EventView, eventId } from './event.ts';
import { Revision, TenantId, Timestamp, ulidOf } from './names.ts';
import { Principal } from './principal.ts';
import { fits, ModelPattern } from './role.ts';
import type { Tenant } from './tenant.ts';
import { prose } from './text.ts';
import { type FreshSecret, rotated, WebhookSecret } from './webhook-secret.ts';

/** Names a webhook: a ULID. */
export const WebhookId = ulidOf('a webhook').brand<'WebhookId'>();
export type WebhookId = z.output<typeof WebhookId>;

export const WebhookState = z.enum(['enabled', 'disabled']);

/** Who switched it off: an admin, the receiver with status 410, or five days in which nothing arrived. */
export const DisabledReason = z.enum(['admin', 'gone', 'failing']);
export type DisabledReason = z.output<typeof DisabledReason>;

/** What an admin says of a webhook. */
export const webhookFields = {
  description: prose(1_000),
  /** Types of events; with none named, all of them. */
  events: z.array(EventType).check(z.maxLength(100, 'expected at most 100 types')),
  /** Whose events: of models whose names fit. What concerns the tenant itself goes to `*` alone. */
  models: ModelPattern,
};

/** Where a tenant's events are sent, and which of them. */
export const Webhook = z.object({
  kind: z.literal('webhook'),
  tenant: TenantId,
  id: WebhookId,
  url: z.string(),
  /** In whose words it is told. */
  format: z._default(WebhookFormat, 'signet'),
  ...webhookFields,
  /** What its format calls the events that it gets, where that is another product's. */
  topics: z.optional(z.array(z.string())),
  /** What clients of MLflow call it. */
  name: z.optional(z.string()),
  state: WebhookState,
  disabled: z.optional(z.object({ reason: DisabledReason, at: Timestamp })),
  /** The first failure since something arrived. */
  failingSince: z.optional(Timestamp),
  /** The newest first. Without any, nothing is signed. */
  secrets: z.array(WebhookSecret),
  /** What its receiver wants to see in a header besides, as it is kept. */
  authorization: z.optional(z.string()),
  createdAt: Timestamp,
  createdBy: Principal,
  updatedAt: Timestamp,
  revision: Revision,
});
export type Webhook = z.output<typeof Webhook>;

/** How many webhooks a tenant has at most: each event is held against all of them. */
export const WEBHOOKS_MAX = 50;

type Said = Pick<Webhook, 'url' | 'description' | 'events' | 'models'>;

/** What only other formats have. */
type Foreign = Partial<Pick<Webhook, 'format' | 'topics' | 'name' | 'state' | 'authorization'>>;

interface Identity {
  readonly id: WebhookId;
  readonly secret: FreshSecret | undefined;
}

/** @throws Failure `webhook.limit`, and `request.invalid` when its format has nothing of its events */
export function createWebhook(
  tenant: Tenant,
  existing: number,
  { id, secret, format = 'signet', topics, state = 'enabled', ...said }: Said & Foreign & Identity,
  occasion: Occasion,
): Change<Webhook> {
  if (existing >= WEBHOOKS_MAX) throw new Failure('webhook.limit', `${tenant.id} has ${existing} webhooks.`);

  const { actor } = occasion;
  const at = momentOf(tenant, occasion);
  const telling = tellingOf(format, { events: said.events, topics });
  const webhook: Webhook = {
    kind: 'webhook',
    tenant: tenant.id,
    id,
    ...said,
    format,
    ...telling,
    state,
    ...(state === 'disabled' && { disabled: { reason: 'admin', at } }),
    secrets: secret ? [{ ...secret, createdAt: at }] : [],
    createdAt: at,
    createdBy: actor.principal,
    updatedAt: at,
    revision: 1,
  };
  return {
    result: webhook,
    head: headAt(tenant, at),
    writes: [{ create: webhook }],
    event: {
      type: 'webhook.created',
      actor,
      data: {
        webhook: id,
        host: hostOf(webhook),
        ...telling,
        models: webhook.models,
        ...(format !== 'signet' && { format }),
      },
    },
  };
}

type Changeable = keyof Said | 'topics' | 'name' | 'state' | 'secrets' | 'authorization';
type WebhookChanges = { readonly [K in Changeable]?: Webhook[K] | undefined };

/** Switched on again, a webhook begins anew: what failed before does not count. */
export function updateWebhook(
  tenant: Tenant,
  webhook: Webhook,
  input: WebhookChanges,
  occasion: Occasion,
): Change<Webhook> {
  const { events, topics } = input;
  const telling = events || topics ? tellingOf(webhook.format, { events: events ?? [], topics }) : {};
  const given = Object.entries({ ...input, ...telling }).filter(
    ([name, value]) => value !== undefined && differs(webhook, name, value),
  );
  if (given.length === 0) return unchanged(webhook);

  const at = momentOf(tenant, occasion);
  const { disabled, failingSince, ...before } = webhook;
  const state = input.state ?? webhook.state;
  const standing = {
    ...(state === 'disabled' && { disabled: disabled ?? { reason: 'admin' as const, at } }),
    ...(failingSince !== undefined && state === webhook.state && { failingSince }),
  };
  const updated: Webhook = {
    ...before,
    ...Object.fromEntries(given),
    ...standing,
    updatedAt: at,
    revision: webhook.revision + 1,
  };
  return {
    result: updated,
    head: headAt(tenant, at),
    writes: [{ replace: updated }],
    event: {
      type: 'webhook.updated',
      actor: occasion.actor,
      data: { webhook: webhook.id, host: hostOf(updated), fields: given.map(([name]) => name) },
    },
  };
}

const differs = (webhook: Webhook, name: string, value: unknown): boolean =>
  JSON.stringify(webhook[name as keyof Webhook]) !== JSON.stringify(value);

export function deleteWebhook(tenant: Tenant, webhook: Webhook, occasion: Occasion): Change<Webhook> {
  return {
    result: webhook,
    head: headAt(tenant, momentOf(tenant, occasion)),
    writes: [{ remove: webhook }],
    event: {
      type: 'webhook.deleted',
      actor: occasion.actor,
      data: { webhook: webhook.id, host: hostOf(webhook) },
    },
  };
}

/** Gives a webhook another secret. Receivers have until the end of the overlap to learn it. */
export function rotateWebhookSecret(
  tenant: Tenant,
  webhook: Webhook,
  { secret, overlapHours }: { readonly secret: FreshSecret; readonly overlapHours: number },
  occasion: Occasion,
): Change<Webhook> {
  const at = momentOf(tenant, occasion);
  const secrets = rotated(webhook.secrets, secret, { at, overlapHours });
  const updated = { ...webhook, secrets, updatedAt: at, revision: webhook.revision + 1 };
  return {
    result: updated,
    head: headAt(tenant, at),
    writes: [{ replace: updated }],
    event: { type: 'webhook.secret_rotated', actor: occasion.actor, data: { webhook: webhook.id, overlapHours } },
  };
}

/** Sends a webhook an event of its own, whatever it is for and whether it is on: the answer names the event. */
export function pingWebhook(tenant: Tenant, webhook: Webhook, occasion: Occasion): Change<{ readonly event: string }> {
  return {
    result: { event: eventId(tenant.id, undefined, tenant.seq + 1) },
    head: headAt(tenant, momentOf(tenant, occasion)),
    writes: [{ unchanged: webhook }],
    event: { type: 'webhook.pinged', actor: occasion.actor, data: { webhook: webhook.id } },
  };
}

/** Whether an event is for a webhook. A ping is for the one that it names, and for no other. */
export function wants(
  { id, state, events, models }: Webhook,
  { type, model, data }: Pick<EventView, 'type' | 'model' | 'data'>,
): boolean {
  if (type === 'webhook.pinged') return data['webhook'] === id;
  if (state === 'disabled') return false;
  if (events.length > 0 && !events.includes(type)) return false;
  return model ? fits(models, model.name) : models === '*';
}

export const headAt = (tenant: Tenant, at: string) => ({
  replace: { ...tenant, lastAt: at, revision: tenant.revision + 1 },
});

/** What an event may say of a URL: paths of receivers often have a secret in them. */
export const hostOf = ({ url }: Pick<Webhook, 'url'>): string => new URL(url).host;
