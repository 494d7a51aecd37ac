import * as z from 'zod/mini';
import * as field from './fields.ts';
import type { MlflowRoutes } from './routes.ts';

const admin = { roles: ['admin'] } as const;
/** What happens to webhooks is nothing of a model's: a `name` is a webhook's own. */
const tenantWide = true;
const one = { webhook_id: field.required };

const Event = z.object({ entity: field.required, action: field.required }, 'expected an entity and an action');
const events = z.array(Event, 'expected a list of entities with actions');

const said = {
  name: field.optional,
  url: field.optional,
  events: z.optional(events),
  description: field.optional,
  secret: field.optional,
  status: z.optional(z.enum(['ACTIVE', 'DISABLED'], 'expected ACTIVE or DISABLED')),
};

export const webhookRoutes = {
  createWebhook: {
    method: 'POST',
    path: '/webhooks',
    access: admin,
    tenantWide,
    // A client that has none of a list sends no list.
    input: z.object({ ...said, name: field.required, url: field.required, events: z._default(events, []) }),
  },
  listWebhooks: {
    method: 'GET',
    path: '/webhooks',
    access: admin,
    tenantWide,
    input: z.object({ max_results: field.resultsUpTo(1_000, 100), page_token: field.optional }),
  },
  getWebhook: {
    method: 'GET',
    path: '/webhooks/{webhook_id}',
    access: admin,
    tenantWide,
    input: z.object(one),
  },
  updateWebhook: {
    method: 'PATCH',
    path: '/webhooks/{webhook_id}',
    access: admin,
    tenantWide,
    input: z.object({ ...one, ...said }),
  },
  deleteWebhook: {
    method: 'DELETE',
    path: '/webhooks/{webhook_id}',
    access: admin,
    tenantWide,
    input: z.object(one),
  },
  testWebhook: {
    method: 'POST',
    path: '/webhooks/{webhook_id}/test',
    access: admin,
    tenantWide,
    input: z.object({ ...one, event: z.optional(Event) }),
  },
} as const satisfies MlflowRoutes;
