import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anOutsider, aTenant } from '../support/registry.ts';

const URL = 'https://hooks.example.com/signet';
const HOUR = 3_600_000;

describeOperation('rotateWebhookSecret', (registry) => {
  it('gives it another secret, and lets the former one be valid for another day', async () => {
    const { admin } = await aTenant(registry);
    const { id: webhook, secret: former } = await admin.createWebhook({ url: URL });
    const { secret, secrets, updatedAt } = await admin.rotateWebhookSecret({ webhook });
    const expiresAt = new Date(new Date(updatedAt).getTime() + 24 * HOUR).toISOString();

    expect(secret).not.toBe(former);
    expect(secrets).toEqual([
      { endsWith: secret.slice(-4), createdAt: updatedAt },
      { endsWith: former.slice(-4), createdAt: expect.any(String), expiresAt },
    ]);
    expect((await admin.listEvents({ limit: 1 })).items[0]).toMatchObject({
      type: 'webhook.secret_rotated',
      data: { webhook, overlapHours: 24 },
    });
  });

  it('ends the former one at once where it is told so', async () => {
    const { admin } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: URL });

    expect((await admin.rotateWebhookSecret({ webhook, overlapHours: 0 })).secrets).toHaveLength(1);
  });

  it('rotates once under one Idempotency-Key, and shows the same secret again', async () => {
    const { admin, keys } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: URL });
    const ask = () =>
      call(registry, 'rotateWebhookSecret', { webhook }, { as: keys.admin, headers: { 'idempotency-key': 'one' } });
    const [first, again] = [await ask(), await ask()];

    expect(first.status).toBe(201);
    expect(again.body).toEqual(first.body);
    const rotations = (await admin.listEvents({})).items.filter(({ type }) => type === 'webhook.secret_rotated');
    expect(rotations).toHaveLength(1);
    expect((await admin.getWebhook({ webhook })).secrets).toHaveLength(2);
  });

  it.each([-1, 1.5, 169, '24'])('refuses an overlap of %s hours, and names it', async (overlapHours) => {
    const { admin, keys } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: URL });

    expect(await call(registry, 'rotateWebhookSecret', { webhook, overlapHours }, { as: keys.admin })).toMatchObject({
      status: 400,
      body: { issues: [{ field: 'overlapHours' }] },
    });
  });

  it('is 404 for one of another tenant', async () => {
    const { admin } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: URL });
    const as = await anOutsider(registry);

    expect(await call(registry, 'rotateWebhookSecret', { webhook }, { as })).toMatchObject({
      status: 404,
      body: { code: 'webhook.not_found' },
    });
  });
});
