import * as z from 'zod/mini';
import * as field from './fields.ts';
import type { MlflowRoutes } from './routes.ts';

const admin = { roles: ['admin'] } as const;
const tenantWide = true;
const one = { id: field.required };

const Receiver = z.object(
  {
    url: field.required,
    secret: field.optional,
    authorization: field.optional,
    enable_ssl_verification: z.optional(
      z.literal(true, 'expected true: certificates of receivers are always verified, and no webhook can do without'),
    ),
  },
  'expected a url, and what else there is to say of it',
);

const said = {
  events: field.texts,
  description: field.optional,
  status: z.optional(z.enum(['ACTIVE', 'DISABLED', 'TEST_MODE'], 'expected ACTIVE, DISABLED or TEST_MODE')),
  http_url_spec: z.optional(Receiver),
  job_spec: z.optional(
    z.never('expected none: there are no jobs here. A webhook with an http_url_spec can start one elsewhere'),
  ),
};

/** The older form, in which Databricks' registry has webhooks, and clients that were written for it. */
export const registryWebhookRoutes = {
  createRegistryWebhook: {
    method: 'POST',
    path: '/registry-webhooks/create',
    access: admin,
    tenantWide,
    input: z.object({ ...said, http_url_spec: Receiver, model_name: field.optional }),
  },
  listRegistryWebhooks: {
    method: 'GET',
    path: '/registry-webhooks/list',
    access: admin,
    tenantWide,
    input: z.object({
      model_name: field.optional,
      events: field.texts,
      max_results: field.resultsUpTo(1_000, 1_000),
      page_token: field.optional,
    }),
  },
  updateRegistryWebhook: {
    method: 'PATCH',
    path: '/registry-webhooks/update',
    access: admin,
    tenantWide,
    input: z.object({ ...one, ...said }),
  },
  deleteRegistryWebhook: {
    method: 'DELETE',
    path: '/registry-webhooks/delete',
    access: admin,
    tenantWide,
    input: z.object(one),
  },
  testRegistryWebhook: {
    method: 'POST',
    path: '/registry-webhooks/test',
    access: admin,
    tenantWide,
    input: z.object({ ...one, event: field.optional }),
  },
} as const satisfies MlflowRoutes;
