import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anOutsider, aTenant, itEmbedded } from '../support/registry.ts';

const URL = 'https://hooks.example.com/signet';
/** Nothing of the kind happens: a webhook that nobody receives would note that it failed. */
const QUIET = ['model.deleted' as const];

describeOperation('getWebhook', (registry) => {
  it('shows a webhook, and never its secret', async () => {
    const { admin, keys } = await aTenant(registry);
    const { secret, ...webhook } = await admin.createWebhook({ url: URL, events: QUIET, description: 'To the pager.' });
    const answer = await call(registry, 'getWebhook', { webhook: webhook.id }, { as: keys.admin });

    expect(answer.body).toEqual(webhook);
    expect(answer.text).not.toContain(secret.slice('whsec_'.length, -4));
  });

  itEmbedded('shows a former secret until the overlap ends', async () => {
    const { admin } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: URL });
    await admin.rotateWebhookSecret({ webhook, overlapHours: 2 });

    expect((await admin.getWebhook({ webhook })).secrets).toHaveLength(2);
    registry.clock.advance(2 * 3_600_000);
    expect((await admin.getWebhook({ webhook })).secrets).toHaveLength(1);
  });

  it('is 404 for one of another tenant as for one that is not there', async () => {
    const { admin } = await aTenant(registry);
    const { id: webhook } = await admin.createWebhook({ url: URL });
    const as = await anOutsider(registry);

    for (const id of [webhook, '01JNF4YVQ4R9S8T7V6W5X4Y3Z4']) {
      expect(await call(registry, 'getWebhook', { webhook: id }, { as })).toMatchObject({
        status: 404,
        body: { code: 'webhook.not_found', detail: `There is no webhook ${id}.` },
      });
    }
  });

  it('refuses what is no id, and names it', async () => {
    const { keys } = await aTenant(registry);

    expect(await call(registry, 'getWebhook', { webhook: 'one' }, { as: keys.admin })).toMatchObject({
      status: 400,
      body: { issues: [{ field: 'webhook', message: expect.stringContaining('the id of a webhook') }] },
    });
  });
});
