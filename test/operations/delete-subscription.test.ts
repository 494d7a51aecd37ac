import { describe, expect, it } from 'vitest';
import { aBus } from '../support/buses.ts';
import { anOutsider, aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();

describe('DELETE /v1/subscriptions/{subscription}', () => {
  it('200: the bus gets no more events, and may be subscribed again', async () => {
    const { admin } = await aTenant(registry);
    const bus = aBus();
    const { id } = await admin.createSubscription({ bus });

    expect(await admin.deleteSubscription({ subscription: id })).toMatchObject({ id, bus });

    expect((await admin.listSubscriptions({})).items).toEqual([]);
    await admin.createSubscription({ bus });
  });

  it('404: one that is not there, and one of another tenant alike', async () => {
    const { admin } = await aTenant(registry);
    const { id } = await admin.createSubscription({ bus: aBus() });
    const outsider = registry.client(await anOutsider(registry));

    const absent = await outsider
      .deleteSubscription({ subscription: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2' })
      .then(() => Promise.reject(new Error('expected a refusal')), told);
    const foreign = await outsider
      .deleteSubscription({ subscription: id })
      .then(() => Promise.reject(new Error('expected a refusal')), told);

    expect([foreign.status, foreign.code]).toEqual([404, 'subscription.not_found']);
    expect([absent.status, absent.code]).toEqual([404, 'subscription.not_found']);
    expect((await admin.listSubscriptions({})).items).toHaveLength(1);
  });
});

const told = (error: unknown) => error as { status: number; code: string };
