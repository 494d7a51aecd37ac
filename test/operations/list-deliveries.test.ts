import { expect, it } from 'vitest';
import { pageByPage } from '../../cli/paging.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aReceiver, deliveriesOf } from '../support/receiver.ts';
import { anOutsider, aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf } from '../support/setting-up.ts';

describeOperation('listDeliveries', (registry) => {
  itEmbedded('lists each event that was sent once, the latest first, and how each attempt ended', async () => {
    const receiver = await aReceiver(registry);
    const tenant = await aTenant(registry);
    const { id: webhook } = await tenant.admin.createWebhook({ url: receiver.url, events: ['model.created'] });
    const models = [await aModelOf(tenant), await aModelOf(tenant), await aModelOf(tenant)];
    await deliveriesOf(tenant.admin, webhook, 'delivered', 3);
    const pages = await Array.fromAsync(
      pageByPage((from) => tenant.admin.listDeliveries({ webhook, limit: 2, ...from })),
    );
    const found = pages.flatMap(({ items }) => items);

    expect(found.map(({ model }) => model?.name)).toEqual(models.toReversed());
    expect(found[0]).toEqual({
      webhook,
      event: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      type: 'model.created',
      model: { id: expect.any(String), name: models[2] },
      at: expect.any(String),
      state: 'delivered',
      attempts: [{ at: expect.any(String), status: 200, milliseconds: expect.any(Number) }],
      createdAt: expect.any(String),
    });
  });

  itEmbedded('shows those alone that are in a state, with what went wrong in words of the registry', async () => {
    const receiver = await aReceiver(registry, () => ({ status: 500, body: 'a stack with a password in it' }));
    const tenant = await aTenant(registry);
    const { id: webhook } = await tenant.admin.createWebhook({ url: receiver.url, events: ['model.created'] });
    await aModelOf(tenant);
    const [pending] = await deliveriesOf(tenant.admin, webhook, 'pending', 1, ({ attempts }) => attempts.length > 0);

    expect(pending).toMatchObject({ attempts: [{ status: 500 }], nextAt: expect.any(String) });
    expect(JSON.stringify(pending)).not.toContain('password');
    expect((await tenant.admin.listDeliveries({ webhook, state: 'delivered' })).items).toEqual([]);
  });

  it('is 404 for one of another tenant, and 400 for a cursor that was made up', async () => {
    const { admin, keys } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: 'https://hooks.example.com/' });
    const as = await anOutsider(registry);

    expect(await call(registry, 'listDeliveries', { webhook }, { as })).toMatchObject({
      status: 404,
      body: { code: 'webhook.not_found' },
    });
    const forged = await call(registry, 'listDeliveries', { webhook, cursor: 'Zm9yZ2Vk' }, { as: keys.admin });
    expect(forged).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });

  it('refuses a state that there is not, and names it', async () => {
    const { admin, keys } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: 'https://hooks.example.com/' });

    expect(await call(registry, 'listDeliveries', { webhook, state: 'lost' }, { as: keys.admin })).toMatchObject({
      status: 400,
      body: { issues: [{ field: 'state' }] },
    });
  });
});
