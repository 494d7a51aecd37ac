import { describe, expect, it } from 'vitest';
import { aBus } from '../support/buses.ts';
import { aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();

describe('POST /v1/subscriptions', () => {
  it('201: notes the bus, and that its rule is not there yet', async () => {
    const { admin, keys } = await aTenant(registry);
    const bus = aBus();

    const made = await admin.createSubscription({ bus, types: ['version.promoted'], description: 'Serving.' });

    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      bus,
      types: ['version.promoted'],
      description: 'Serving.',
      state: 'connecting',
      createdAt: expect.any(String),
      createdBy: expect.stringContaining(keys.admin.arn.split('/').at(-1) ?? ''),
    });
    expect((await admin.listSubscriptions({})).items).toMatchObject([{ id: made.id, bus }]);
  });

  it('409: a bus that is subscribed already, and whoever has ten', async () => {
    const { admin } = await aTenant(registry);
    const bus = aBus();
    const { id } = await admin.createSubscription({ bus });

    await expect(admin.createSubscription({ bus })).rejects.toMatchObject({
      status: 409,
      code: 'subscription.exists',
      message: expect.stringContaining(id),
    });
    for (let more = 1; more < 10; more += 1) await admin.createSubscription({ bus: aBus() });
    await expect(admin.createSubscription({ bus: aBus() })).rejects.toMatchObject({ status: 409, code: 'tenant.full' });
  });

  it.each<[field: string, input: object]>([
    ['bus', { bus: 'arn:aws:sqs:eu-west-1:444455556666:queue' }],
    ['bus', { bus: 'arn:aws:events:eu-west-1:444455556666:event-bus/' }],
    ['bus', { bus: 'arn:aws:events:eu-west-1:4444:event-bus/models' }],
    ['bus', { bus: 'arn:aws:events:eu-west-1:444455556666:event-bus/../../etc' }],
    ['bus', {}],
    ['types', { bus: aBus(), types: [] }],
    ['types[0]', { bus: aBus(), types: ['version.exploded'] }],
    ['types', { bus: aBus(), types: ['alias.set', 'alias.set'] }],
    ['description', { bus: aBus(), description: 'x'.repeat(1_001) }],
    ['tenant', { bus: aBus(), tenant: 'globex' }],
  ])('400: names %s for %j', async (field, input) => {
    const { admin } = await aTenant(registry);

    await expect(admin.createSubscription(input as never)).rejects.toMatchObject({
      status: 400,
      issues: [expect.objectContaining({ field })],
    });
    expect((await admin.listSubscriptions({})).items).toEqual([]);
  });
});
