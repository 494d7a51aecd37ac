import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aReceiver, deliveriesOf } from '../support/receiver.ts';
import { anOutsider, aTenant, itEmbedded } from '../support/registry.ts';

describeOperation('pingWebhook', (registry) => {
  itEmbedded('brings the receiver an event of its own, and listDeliveries shows that it arrived', async () => {
    const receiver = await aReceiver(registry);
    const { admin } = await aTenant(registry);
    const { id: webhook, secret } = await admin.createWebhook({ url: receiver.url, events: ['model.deleted'] });
    const { event } = await admin.pingWebhook({ webhook });
    const [message] = await receiver.received(1);

    expect(message?.verified(secret)).toMatchObject({ type: 'webhook.pinged', data: { id: event, data: { webhook } } });
    expect(await deliveriesOf(admin, webhook, 'delivered')).toMatchObject([
      { event, type: 'webhook.pinged', state: 'delivered', attempts: [{ status: 200 }] },
    ]);
  });

  itEmbedded('reaches a webhook that is off, and no other one', async () => {
    const [receiver, another] = [await aReceiver(registry), await aReceiver(registry)];
    const { admin } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: receiver.url });
    await admin.updateWebhook({ webhook, state: 'disabled' });
    const other = await admin.createWebhook({ url: another.url });
    await admin.pingWebhook({ webhook });

    expect(await deliveriesOf(admin, webhook, 'delivered')).toMatchObject([{ type: 'webhook.pinged' }]);
    expect(another.messages.map(({ type }) => type)).not.toContain('webhook.pinged');
    expect(await admin.getWebhook({ webhook: other.id })).toMatchObject({ state: 'enabled' });
  });

  it('is 404 for one of another tenant', async () => {
    const { admin } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: 'https://hooks.example.com/' });
    const as = await anOutsider(registry);

    expect(await call(registry, 'pingWebhook', { webhook }, { as })).toMatchObject({
      status: 404,
      body: { code: 'webhook.not_found' },
    });
  });
});
