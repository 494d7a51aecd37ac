import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';

export const whoAmI = query('whoAmI', async (_, { actor, services }) => {
  const memberships = await services.memberships(actor.principal);
  return {
    ...actor,
    deploymentAdmin: services.deploymentAdmins.has(actor.principal),
    tenants: memberships.map(({ tenant, roles }) => ({ tenant, roles: [...roles] })),
  };
});

export const handler = lambda(whoAmI);
