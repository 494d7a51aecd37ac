import { describe, expect, it } from 'vitest';
import { aBus } from '../support/buses.ts';
import { anOutsider, aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();

describe('GET /v1/subscriptions', () => {
  it('200: those of the tenant, in the order in which they were made, and of no other', async () => {
    const { admin } = await aTenant(registry);
    const first = await admin.createSubscription({ bus: aBus() });
    const second = await admin.createSubscription({ bus: aBus(), types: ['version.promoted'] });

    const ids = async (client: typeof admin) => (await client.listSubscriptions({})).items.map(({ id }) => id);

    expect(await ids(admin)).toEqual([first.id, second.id]);
    expect(await ids(registry.client(await anOutsider(registry)))).toEqual([]);
  });
});
