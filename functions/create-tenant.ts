import { createTenant as create } from '../shared/domain/tenant.ts';
import { lambda } from '../shared/http/lambda.ts';
import { mutation } from '../shared/http/mutation.ts';

export const createTenant = mutation('createTenant', async ({ tenant, name = tenant, admin }, context) => {
  const existing = await context.store.tenant(tenant);
  const input = { tenant, name, admin: admin ?? context.actor.principal };
  return create(existing, input, context);
});

export const handler = lambda(createTenant);
