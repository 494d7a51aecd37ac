import * as z from 'zod/mini';
import { WebhookFormat } from '../domain/callback/format.ts';
import { Delivery, DeliveryState } from '../domain/delivery.ts';
import { Webhook, WebhookId, WebhookState, webhookFields } from '../domain/webhook.ts';
import { liveSecrets, OVERLAP_HOURS, OVERLAP_HOURS_MAX, WebhookSecret } from '../domain/webhook-secret.ts';
import { URL_CHARACTERS_MAX } from '../domain/webhook-url.ts';
import * as examples from './examples.ts';
import { type Operations, page, paging } from './operation.ts';

/** What callers see of a webhook: never its secrets, but how they end. */
export const WebhookView = z.object({
  ...z.omit(Webhook, { kind: true, tenant: true, secrets: true, authorization: true }).shape,
  secrets: z.array(z.omit(WebhookSecret, { sealed: true })),
});
export type WebhookView = z.output<typeof WebhookView>;

/** What callers see of a webhook when it gets a secret: this once, the secret itself. */
export const SecretView = z.object({
  ...WebhookView.shape,
  /** What receivers verify with. It is never shown again. */
  secret: z.string(),
});

/** What callers see of a delivery. */
export const DeliveryView = z.omit(Delivery, {
  kind: true,
  tenant: true,
  seq: true,
  bodies: true,
  tries: true,
  dueAt: true,
  expiresAt: true,
  revision: true,
});

/** A webhook with the secrets that are valid now. */
export const webhookView = ({ secrets, authorization: _, ...webhook }: Webhook, now: Date): WebhookView => ({
  ...webhook,
  secrets: liveSecrets(secrets, now).map(({ sealed: __, ...secret }) => secret),
});

const Url = z
  .string()
  .check(
    z.minLength(1, 'expected at least 1 character'),
    z.maxLength(URL_CHARACTERS_MAX, `expected at most ${URL_CHARACTERS_MAX} characters`),
  );
const { description, events, models } = webhookFields;
const { webhook, delivery } = examples;
const { id } = webhook;

export const webhookOperations = {
  createWebhook: {
    method: 'POST',
    path: '/v1/webhooks',
    summary: 'Have events sent to an https address, signed: the answer has the secret, this once',
    access: { roles: ['admin'] },
    input: z.strictObject({
      url: Url,
      description: z._default(description, ''),
      /** In whose words: the registry's own, MLflow's, or those of Databricks' registry. */
      format: z._default(WebhookFormat, 'signet'),
      events: z._default(events, []),
      models: z._default(models, '*'),
    }),
    output: SecretView,
    status: 201,
    failures: ['webhook.limit'],
    needs: ['table:read', 'table:write', 'webhooks:secrets'],
    example: {
      input: { url: webhook.url, events: webhook.events, models: webhook.models },
      output: { ...webhook, secret: examples.WEBHOOK_SECRET },
    },
  },
  getWebhook: {
    method: 'GET',
    path: '/v1/webhooks/{webhook}',
    summary: 'Show a webhook',
    access: { roles: ['admin'] },
    input: z.strictObject({ webhook: WebhookId }),
    output: WebhookView,
    status: 200,
    failures: ['webhook.not_found'],
    needs: ['table:read'],
    example: { input: { webhook: id }, output: webhook },
  },
  listWebhooks: {
    method: 'GET',
    path: '/v1/webhooks',
    summary: 'List the webhooks of the tenant, in the order in which they were made',
    access: { roles: ['admin'] },
    input: z.strictObject({ ...paging }),
    output: page(WebhookView),
    status: 200,
    failures: ['cursor.invalid'],
    needs: ['table:read'],
    example: { input: { limit: 20 }, output: { items: [webhook] } },
  },
  updateWebhook: {
    method: 'PATCH',
    path: '/v1/webhooks/{webhook}',
    summary: 'Change where a webhook leads or what it gets, or switch it on or off',
    access: { roles: ['admin'] },
    input: z.strictObject({
      webhook: WebhookId,
      url: z.optional(Url),
      description: z.optional(description),
      events: z.optional(events),
      models: z.optional(models),
      state: z.optional(WebhookState),
    }),
    output: WebhookView,
    status: 200,
    failures: ['webhook.not_found'],
    needs: ['table:read', 'table:write'],
    example: { input: { webhook: id, state: 'enabled' }, output: webhook },
  },
  deleteWebhook: {
    method: 'DELETE',
    path: '/v1/webhooks/{webhook}',
    summary: 'Delete a webhook: what is on its way to it is not sent any more',
    access: { roles: ['admin'] },
    input: z.strictObject({ webhook: WebhookId }),
    output: WebhookView,
    status: 200,
    failures: ['webhook.not_found'],
    needs: ['table:read', 'table:write', 'table:remove'],
    example: { input: { webhook: id }, output: webhook },
  },
  rotateWebhookSecret: {
    method: 'POST',
    path: '/v1/webhooks/{webhook}/secrets',
    summary: 'Give a webhook another secret; the one before it stays valid for a while',
    access: { roles: ['admin'] },
    input: z.strictObject({
      webhook: WebhookId,
      /** For how long deliveries are signed with both; 0 ends the former secret at once. */
      overlapHours: z._default(
        z
          .number()
          .check(
            z.int('expected a whole number'),
            z.gte(0, 'expected 0 or more'),
            z.lte(OVERLAP_HOURS_MAX, `expected at most ${OVERLAP_HOURS_MAX}`),
          ),
        OVERLAP_HOURS,
      ),
    }),
    output: SecretView,
    status: 201,
    failures: ['webhook.not_found'],
    needs: ['table:read', 'table:write', 'webhooks:secrets'],
    example: {
      input: { webhook: id, overlapHours: OVERLAP_HOURS },
      output: { ...webhook, secret: examples.WEBHOOK_SECRET },
    },
  },
  pingWebhook: {
    method: 'POST',
    path: '/v1/webhooks/{webhook}/pings',
    summary: 'Send a webhook an event of its own, to see that it arrives: listDeliveries shows what became of it',
    access: { roles: ['admin'] },
    input: z.strictObject({ webhook: WebhookId }),
    output: z.object({
      webhook: WebhookId,
      /** The id of the event, and of its delivery. */
      event: z.string(),
    }),
    status: 201,
    failures: ['webhook.not_found'],
    needs: ['table:read', 'table:write'],
    example: { input: { webhook: id }, output: { webhook: id, event: delivery.event } },
  },
  listDeliveries: {
    method: 'GET',
    path: '/v1/webhooks/{webhook}/deliveries',
    summary: 'List what was sent to a webhook in the last 30 days and how each attempt ended, the latest events first',
    access: { roles: ['admin'] },
    input: z.strictObject({ webhook: WebhookId, state: z.optional(DeliveryState), ...paging }),
    output: page(DeliveryView),
    status: 200,
    failures: ['webhook.not_found', 'cursor.invalid'],
    needs: ['table:read'],
    example: { input: { webhook: id, state: 'delivered' }, output: { items: [delivery] } },
  },
  redeliver: {
    method: 'POST',
    path: '/v1/webhooks/{webhook}/deliveries/{event}/attempts',
    summary: 'Deliver an event to a webhook again, under the same id, whatever became of it before',
    access: { roles: ['admin'] },
    input: z.strictObject({
      webhook: WebhookId,
      event: z.string().check(z.regex(/^evt_[0-9a-f]{32}$/, 'expected the id of an event, such as evt_5f0c8a…')),
    }),
    output: DeliveryView,
    status: 200,
    failures: ['webhook.not_found', 'webhook.disabled', 'delivery.not_found'],
    needs: ['table:read', 'table:write'],
    example: {
      input: { webhook: id, event: delivery.event },
      output: { ...delivery, state: 'pending', nextAt: examples.AT },
    },
  },
} as const satisfies Operations;
