import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anOutsider, aTenant } from '../support/registry.ts';

const URL = 'https://hooks.example.com/signet';

describeOperation('updateWebhook', (registry) => {
  it('changes what it is told, and leaves the rest', async () => {
    const { admin } = await aTenant(registry);
    const { secret: _, ...before } = await admin.createWebhook({ url: URL, events: ['model.created'] });
    const changes = { url: 'https://hooks.example.org/x', description: 'Anew.', models: 'fraud-*' };
    const after = await admin.updateWebhook({ webhook: before.id, ...changes });

    expect(after).toEqual({ ...before, ...changes, updatedAt: after.updatedAt, revision: 2 });
    expect(await admin.getWebhook({ webhook: before.id })).toEqual(after);
    expect((await admin.listEvents({ limit: 1 })).items[0]).toMatchObject({
      type: 'webhook.updated',
      data: { webhook: before.id, host: 'hooks.example.org', fields: ['url', 'description', 'models'] },
    });
  });

  it('switches it off and on', async () => {
    const { admin } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: URL });
    const off = await admin.updateWebhook({ webhook, state: 'disabled' });
    const on = await admin.updateWebhook({ webhook, state: 'enabled' });

    expect(off).toMatchObject({ state: 'disabled', disabled: { reason: 'admin', at: off.updatedAt } });
    expect(on).toMatchObject({ state: 'enabled', revision: 3 });
    expect(on).not.toHaveProperty('disabled');
  });

  it('has no event where nothing is different', async () => {
    const { admin } = await aTenant(registry);
    const { id: webhook, secret: _, ...before } = await admin.createWebhook({ url: URL, events: ['model.deleted'] });
    const events = await admin.listEvents({});

    expect(await admin.updateWebhook({ webhook, url: URL, state: 'enabled' })).toMatchObject(before);
    expect(await admin.listEvents({})).toEqual(events);
  });

  it.each([
    ['http', { url: 'http://hooks.example.com/' }, 'url'],
    ['a state that there is not', { state: 'asleep' }, 'state'],
    ['an unknown type of events', { events: ['x'] }, 'events[0]'],
  ])('refuses %s, and names the field', async (_, changes, field) => {
    const { admin, keys } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: URL, events: ['model.deleted'] });

    expect(await call(registry, 'updateWebhook', { webhook, ...changes }, { as: keys.admin })).toMatchObject({
      status: 400,
      body: { issues: [{ field }] },
    });
    expect(await admin.getWebhook({ webhook })).toMatchObject({ revision: 1 });
  });

  it('is 404 for one of another tenant', async () => {
    const { admin } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: URL });
    const as = await anOutsider(registry);

    expect(await call(registry, 'updateWebhook', { webhook, state: 'disabled' }, { as })).toMatchObject({
      status: 404,
      body: { code: 'webhook.not_found' },
    });
  });
});
