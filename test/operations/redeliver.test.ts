import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aReceiver, deliveriesOf } from '../support/receiver.ts';
import { anOutsider, aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf } from '../support/setting-up.ts';

const NO_EVENT = `evt_${'0'.repeat(32)}`;

describeOperation('redeliver', (registry) => {
  itEmbedded('W2: brings what arrived already once more, under the same id, at another time', async () => {
    const receiver = await aReceiver(registry);
    const tenant = await aTenant(registry);
    const { id: webhook, secret } = await tenant.admin.createWebhook({ url: receiver.url, events: ['model.created'] });
    await aModelOf(tenant);
    const [delivered] = await deliveriesOf(tenant.admin, webhook, 'delivered');
    const { event = '' } = delivered ?? {};
    registry.clock.advance(60_000);
    const answer = await tenant.admin.redeliver({ webhook, event });
    const [first, second] = await receiver.received(2);

    expect(answer).toMatchObject({ event, state: 'pending', attempts: [{ status: 200 }] });
    expect([first?.id, second?.id]).toEqual([event, event]);
    expect(Number(second?.timestamp)).toBeGreaterThan(Number(first?.timestamp));
    expect(second?.body).toBe(first?.body);
    expect(second?.verified(secret, registry.clock.now())).toBeDefined();
    expect((await tenant.admin.listEvents({ limit: 1 })).items[0]).toMatchObject({
      type: 'webhook.redelivered',
      data: { webhook, event },
    });
  });

  itEmbedded('brings what failed before, once the receiver is well', async () => {
    let status = 500;
    const receiver = await aReceiver(registry, () => ({ status }));
    const tenant = await aTenant(registry);
    const { id: webhook } = await tenant.admin.createWebhook({ url: receiver.url, events: ['model.created'] });
    await aModelOf(tenant);
    const [failed] = await deliveriesOf(tenant.admin, webhook, 'pending', 1, ({ attempts }) => attempts.length > 0);
    status = 204;
    await tenant.admin.redeliver({ webhook, event: failed?.event ?? '' });

    expect(await deliveriesOf(tenant.admin, webhook, 'delivered')).toMatchObject([{ event: failed?.event }]);
  });

  itEmbedded('is 409 for a webhook that is off', async () => {
    const receiver = await aReceiver(registry);
    const tenant = await aTenant(registry);
    const { id: webhook } = await tenant.admin.createWebhook({ url: receiver.url, events: ['model.created'] });
    await aModelOf(tenant);
    const [delivered] = await deliveriesOf(tenant.admin, webhook, 'delivered');
    await tenant.admin.updateWebhook({ webhook, state: 'disabled' });
    const answer = await call(registry, 'redeliver', { webhook, event: delivered?.event }, { as: tenant.keys.admin });

    expect(answer).toMatchObject({ status: 409, body: { code: 'webhook.disabled' } });
  });

  it('is 404 for what was never sent, and for a webhook of another tenant', async () => {
    const { admin, keys } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: 'https://hooks.example.com/' });

    expect(await call(registry, 'redeliver', { webhook, event: NO_EVENT }, { as: keys.admin })).toMatchObject({
      status: 404,
      body: { code: 'delivery.not_found' },
    });
    const as = await anOutsider(registry);
    expect(await call(registry, 'redeliver', { webhook, event: NO_EVENT }, { as })).toMatchObject({
      status: 404,
      body: { code: 'webhook.not_found' },
    });
  });

  it('refuses what is no id of an event, and names it', async () => {
    const { admin, keys } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: 'https://hooks.example.com/' });

    expect(await call(registry, 'redeliver', { webhook, event: 'one' }, { as: keys.admin })).toMatchObject({
      status: 400,
      body: { issues: [{ field: 'event' }] },
    });
  });
});
