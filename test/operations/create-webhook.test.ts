import { expect, it } from 'vitest';
import { principalFrom } from '../../shared/domain/principal.ts';
import { WEBHOOKS_MAX } from '../../shared/domain/webhook.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';

const URL = 'https://hooks.example.com/services/T0/B0/XXXX';

describeOperation('createWebhook', (registry) => {
  it('makes a webhook for all events, and shows its secret this once', async () => {
    const { admin, keys } = await aTenant(registry);
    const { secret, ...webhook } = await admin.createWebhook({ url: URL });

    expect(webhook).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      url: URL,
      format: 'signet',
      description: '',
      events: [],
      models: '*',
      state: 'enabled',
      secrets: [{ endsWith: secret.slice(-4), createdAt: webhook.createdAt }],
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      createdBy: principalFrom(keys.admin.arn),
      updatedAt: webhook.createdAt,
      revision: 1,
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{48}$/);
    // It is told of itself, where nobody listens: that may have failed by now.
    const { failingSince: _, revision, ...shown } = await admin.getWebhook({ webhook: webhook.id });
    expect({ ...shown, revision: Math.min(1, revision) }).toEqual(webhook);
  });

  it("makes one that is told in MLflow's words, of what MLflow has words for", async () => {
    const { admin } = await aTenant(registry);
    const webhook = await admin.createWebhook({ url: URL, format: 'mlflow', events: ['alias.set'] });

    expect(webhook).toMatchObject({
      format: 'mlflow',
      events: ['alias.set'],
      topics: ['model_version_alias.created', 'prompt_alias.created'],
    });
    expect((await admin.listEvents({ limit: 1 })).items).toMatchObject([
      { data: { format: 'mlflow', topics: webhook.topics } },
    ]);
  });

  it('leaves an event of the tenant that says where it leads, without the path', async () => {
    const { admin } = await aTenant(registry);
    const said = { events: ['version.promoted' as const], models: 'fraud-*' };
    const { id } = await admin.createWebhook({ url: URL, ...said });
    const [event] = (await admin.listEvents({ limit: 1 })).items;

    expect(event).toMatchObject({
      type: 'webhook.created',
      data: { webhook: id, host: 'hooks.example.com', ...said },
    });
    expect(JSON.stringify(event)).not.toContain('XXXX');
  });

  it('makes one webhook under one Idempotency-Key, and shows the same secret again', async () => {
    const { admin, keys } = await aTenant(registry);
    const ask = () =>
      call(registry, 'createWebhook', { url: URL }, { as: keys.admin, headers: { 'idempotency-key': 'one' } });
    const [first, again] = [await ask(), await ask()];

    expect(again.body).toEqual(first.body);
    expect(first.body.secret).toMatch(/^whsec_/);
    expect((await admin.listWebhooks({})).items).toHaveLength(1);
  });

  it('writes the URL in its one spelling', async () => {
    const { admin } = await aTenant(registry);

    expect(await admin.createWebhook({ url: 'https://HOOKS.example.com:443' })).toMatchObject({
      url: 'https://hooks.example.com/',
    });
  });

  itEmbedded(`makes ${WEBHOOKS_MAX} in a tenant, and no more, however many are asked for at once`, async () => {
    const { admin, keys } = await aTenant(registry);
    for (let n = 1; n < WEBHOOKS_MAX; n += 1) await admin.createWebhook({ url: URL });
    const ask = () => call(registry, 'createWebhook', { url: URL }, { as: keys.admin });
    const answers = await Promise.all([ask(), ask(), ask()]);

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)).toMatchObject({ body: { code: 'webhook.limit' } });
  });

  it.each([
    ['no address', { url: '' }, 'url'],
    ['http', { url: 'http://hooks.example.com/' }, 'url'],
    ['an address of this machine', { url: 'https://127.0.0.1/' }, 'url'],
    ['a name without a dot', { url: 'https://localhost/' }, 'url'],
    ['a password', { url: 'https://a:b@hooks.example.com/' }, 'url'],
    ['another port', { url: 'https://hooks.example.com:22/' }, 'url'],
    ['a longer address', { url: `https://hooks.example.com/${'x'.repeat(2_048)}` }, 'url'],
    ['an unknown type of events', { events: ['model.exploded'] }, 'events[0]'],
    ['an unknown format', { format: 'slack' }, 'format'],
    ['events that its format has no words for', { format: 'mlflow', events: ['hold.placed'] }, 'events'],
    ['too many types', { events: Array(101).fill('model.created') }, 'events'],
    ['a pattern of no names', { models: '' }, 'models'],
    ['a longer description', { description: 'x'.repeat(1_001) }, 'description'],
  ])('refuses %s, and names the field', async (_, over, field) => {
    const { admin, keys } = await aTenant(registry);
    const answer = await call(registry, 'createWebhook', { url: URL, ...over }, { as: keys.admin });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field }] } });
    expect((await admin.listWebhooks({})).items).toEqual([]);
  });

  it('needs the role admin on all models', async () => {
    const { admin, keys } = await aTenant(registry);
    const some = registry.stranger();
    await admin.putMember({ principal: some.arn, roles: [{ role: 'admin', models: aName('model') }] });

    for (const as of [keys.releaser, keys.publisher, some]) {
      expect(await call(registry, 'createWebhook', { url: URL }, { as })).toMatchObject({ status: 403 });
    }
  });
});
