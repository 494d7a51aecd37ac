import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anOutsider, aTenant } from '../support/registry.ts';

describeOperation('deleteWebhook', (registry) => {
  it('takes a webhook away, and leaves an event', async () => {
    const { admin, keys } = await aTenant(registry);
    // Of what does not happen: without a receiver it would note that it failed.
    const { secret: _, ...webhook } = await admin.createWebhook({
      url: 'https://hooks.example.com/x',
      events: ['model.deleted'],
    });

    expect(await admin.deleteWebhook({ webhook: webhook.id })).toEqual(webhook);
    expect((await admin.listWebhooks({})).items).toEqual([]);
    expect((await admin.listEvents({ limit: 1 })).items[0]).toMatchObject({
      type: 'webhook.deleted',
      data: { webhook: webhook.id, host: 'hooks.example.com' },
    });
    expect(await call(registry, 'deleteWebhook', { webhook: webhook.id }, { as: keys.admin })).toMatchObject({
      status: 404,
      body: { code: 'webhook.not_found' },
    });
  });

  it('is 404 for one of another tenant, which stays', async () => {
    const { admin } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: 'https://hooks.example.com/x' });
    const as = await anOutsider(registry);

    expect(await call(registry, 'deleteWebhook', { webhook }, { as })).toMatchObject({ status: 404 });
    expect(await admin.getWebhook({ webhook })).toMatchObject({ id: webhook });
  });
});
