import { everyItem } from '../../cli/paging.ts';
import type { TestRegistry, TestTenant } from './registry.ts';

/** The event that a model had last. */
export const lastEventOf = async ({ reader }: TestTenant, model: string) =>
  (await reader.listEvents({ model, limit: 1 })).items[0];

/** A model as far as transitions and aliases change it, and its events, newest first. */
export async function stateOf({ reader }: TestTenant, model: string) {
  const { revision, staging, production, aliases } = await reader.getModel({ model });
  const { items } = await reader.listEvents({ model, limit: 100 });
  return { revision, staging, production, aliases, events: items.map(({ id }) => id), last: items[0] };
}

/** All events of all tenants that the admin is in. */
export async function everyEventOf(registry: TestRegistry, { keys }: TestTenant) {
  const { tenants } = await registry.client(keys.admin).whoAmI({});
  const events = tenants.map(({ tenant }) => {
    const client = registry.client(keys.admin, tenant);
    return everyItem((from) => client.listEvents({ limit: 100, ...from }));
  });
  return (await Promise.all(events)).flat();
}
