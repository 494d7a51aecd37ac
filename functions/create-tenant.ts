import { createTenant as create } from '../shared/domain/tenant.ts';
import { Failure } from '../shared/errors.ts';
import { lambda } from '../shared/http/lambda.ts';
import { mutation } from '../shared/http/mutation.ts';

export const createTenant = mutation('createTenant', async ({ tenant, name = tenant, admin }, context) => {
  if (await context.store.tenant(tenant)) throw new Failure('tenant.exists', `There is a tenant ${tenant} already.`);

  const input = { tenant, name, admin: admin ?? context.actor.principal };
  return create(input, context);
});

export const handler = lambda(createTenant);
