import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../local/sigv4.ts';
import { aName } from '../support/names.ts';
import { aReceiver, deliveriesOf, type Message } from '../support/receiver.ts';
import { anOutsider, aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();
const URL_OF_RECEIVER = 'https://hooks.example.com/services/T0/B0/XXXX';
const CREATED = { entity: 'MODEL_VERSION', action: 'CREATED' };
const SECRET = 'a secret that both sides have';

/** A call as MLflow's client sends it, of somebody. */
function as(who: Credential) {
  return async (method: string, path: string, input?: object) => {
    const body = input && method !== 'GET' ? { body: JSON.stringify(input) } : {};
    const query = method === 'GET' && input ? `?${new URLSearchParams(input as Record<string, string>)}` : '';
    const headers = { 'content-type': 'application/json' };
    return registry.raw(method, `/api/2.0/mlflow${path}${query}`, { headers, ...body, as: who });
  };
}

async function anAdmin() {
  const tenant = await aTenant(registry);
  const call = as(tenant.keys.admin);
  const created = async (over: object = {}) =>
    (await call('POST', '/webhooks', { name: 'ci', url: URL_OF_RECEIVER, events: [CREATED], ...over })).body.webhook;
  const old = async (over: object = {}) =>
    (
      await call('POST', '/registry-webhooks/create', {
        events: ['MODEL_VERSION_CREATED'],
        http_url_spec: { url: URL_OF_RECEIVER },
        ...over,
      })
    ).body.webhook;
  return { ...tenant, call, created, old };
}

/** What MLflow tells receivers to check. */
const mlflowSignature = ({ headers, body }: Message, secret: string): string => {
  const signed = `${headers['x-mlflow-delivery-id']}.${headers['x-mlflow-timestamp']}.${body}`;
  return `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
};

describe("webhooks of MLflow's client", () => {
  it('are made, shown, changed and deleted, and never show their secret', async () => {
    const { call, created } = await anAdmin();
    const webhook = await created({ description: 'CI', secret: SECRET });
    const path = `/webhooks/${webhook.webhook_id}`;

    expect(webhook).toEqual({
      webhook_id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      name: 'ci',
      description: 'CI',
      url: URL_OF_RECEIVER,
      events: [CREATED],
      status: 'ACTIVE',
      creation_timestamp: expect.any(Number),
      last_updated_timestamp: webhook.creation_timestamp,
    });
    expect((await call('GET', path)).body).toEqual({ webhook });
    const changed = await call('PATCH', path, { name: 'cd', url: '', events: [], description: '', status: 'DISABLED' });
    expect(changed.body.webhook).toMatchObject({
      name: 'cd',
      url: URL_OF_RECEIVER,
      events: [CREATED],
      status: 'DISABLED',
    });
    expect(changed.body.webhook).not.toHaveProperty('description');
    expect(await call('DELETE', path)).toMatchObject({ status: 200, body: {} });
    expect(await call('GET', path)).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: `Webhook with ID ${webhook.webhook_id} not found.` },
    });
  });

  it('are listed the newest first, by the page, without those that their client would not understand', async () => {
    const { admin, call, created, old } = await anAdmin();
    await admin.createWebhook({ url: URL_OF_RECEIVER });
    await old();
    const ids = [];
    for (const name of ['one', 'two', 'three']) ids.unshift((await created({ name })).webhook_id);
    const first = (await call('GET', '/webhooks', { max_results: '2' })).body;
    const rest = (await call('GET', '/webhooks', { max_results: '2', page_token: first.next_page_token })).body;

    expect([...first.webhooks, ...rest.webhooks].map(({ webhook_id }: { webhook_id: string }) => webhook_id)).toEqual(
      ids,
    );
    expect(rest).not.toHaveProperty('next_page_token');
  });

  it('are in the native API with their format, and the native ones of the format are here', async () => {
    const { admin, call, created } = await anAdmin();
    const { webhook_id } = await created();
    const native = await admin.createWebhook({ url: URL_OF_RECEIVER, format: 'mlflow', events: ['model.created'] });

    expect(await admin.getWebhook({ webhook: webhook_id })).toMatchObject({
      format: 'mlflow',
      name: 'ci',
      topics: ['model_version.created'],
      events: ['version.registered', 'version.completed'],
      secrets: [],
    });
    expect((await call('GET', `/webhooks/${native.id}`)).body.webhook.events).toEqual([
      { entity: 'REGISTERED_MODEL', action: 'CREATED' },
      { entity: 'PROMPT', action: 'CREATED' },
    ]);
  });

  it('get what happens, signed as MLflow says, and only what they asked for', async () => {
    const { call, created, keys } = await anAdmin();
    const receiver = await aReceiver(registry);
    const events = [CREATED, { entity: 'MODEL_VERSION_TAG', action: 'SET' }];
    await created({ url: receiver.url, events, secret: SECRET });
    const name = aName('model');
    const publisher = as(keys.publisher);
    await publisher('POST', '/registered-models/create', { name });
    await publisher('POST', '/model-versions/create', { name, source: 's3://bucket/key', run_id: 'r1' });
    await receiver.received(1);
    await publisher('POST', '/model-versions/set-tag', { name, version: '1', key: 'k', value: 'v' });
    const [first, second] = await receiver.received(2);
    if (!first || !second) throw new Error('expected two messages');

    expect(JSON.parse(first.body)).toEqual({
      entity: 'model_version',
      action: 'created',
      timestamp: expect.stringMatching(/\+00:00$/),
      workspace: expect.any(String),
      data: { name, version: '1', source: 's3://bucket/key', run_id: 'r1', tags: {}, description: null },
    });
    expect(JSON.parse(second.body).data).toEqual({ name, version: '1', key: 'k', value: 'v' });
    for (const message of [first, second]) {
      expect(message.headers['x-mlflow-signature']).toBe(mlflowSignature(message, SECRET));
      expect(message.headers).not.toHaveProperty('webhook-signature');
    }
    expect((await call('GET', '/webhooks')).body.webhooks).toHaveLength(1);
  });

  it('get several tags of one change as several messages, which come again until all have arrived', async () => {
    const { admin, publisher, created } = await anAdmin();
    let refusals = 1;
    const receiver = await aReceiver(registry, ({ body }) => {
      if (!body.includes('"key":"b"') || refusals === 0) return { status: 200 };
      refusals -= 1;
      return { status: 500 };
    });
    const { webhook_id } = await created({
      url: receiver.url,
      events: [{ entity: 'MODEL_VERSION_TAG', action: 'SET' }],
    });
    const model = aName('model');
    await publisher.createModel({ model });
    await publisher.registerVersion({ model, source: 's3://bucket/key' });
    await publisher.updateVersion({ model, version: 1, tags: { a: '1', b: '2' } });
    const messages = await receiver.received(4);
    const got = messages.map(({ headers, body }) => [headers['x-mlflow-delivery-id'], JSON.parse(body).data.key]);
    const [delivery] = await deliveriesOf(admin, webhook_id, 'delivered', 1);

    expect(got.slice(0, 2).sort()).toEqual(
      [
        [delivery?.event, 'a'],
        [`${delivery?.event}-2`, 'b'],
      ].sort(),
    );
    expect(got.slice(2).sort()).toEqual(got.slice(0, 2).sort());
  }, 30_000);

  it('sign with the secret that was set last, and not at all once it is taken away', async () => {
    const { call, created } = await anAdmin();
    const receiver = await aReceiver(registry);
    const { webhook_id } = await created({ url: receiver.url, secret: 'first' });
    await call('PATCH', `/webhooks/${webhook_id}`, { secret: 'second' });
    await call('POST', `/webhooks/${webhook_id}/test`, {});
    await call('PATCH', `/webhooks/${webhook_id}`, { secret: '' });
    await call('POST', `/webhooks/${webhook_id}/test`, {});
    const [signed, bare] = receiver.messages;

    expect(signed?.headers['x-mlflow-signature']).toBe(signed && mlflowSignature(signed, 'second'));
    expect(bare?.headers).not.toHaveProperty('x-mlflow-signature');
    expect(bare?.headers).toHaveProperty('x-mlflow-delivery-id');
  });

  it('are tried with an example, also while they are off, and tell nothing of what the receiver says', async () => {
    const { call, created } = await anAdmin();
    const receiver = await aReceiver(registry, ({ body }) => ({
      status: body.includes('alias') ? 500 : 200,
      body: 'inside',
    }));
    const events = [CREATED, { entity: 'MODEL_VERSION_ALIAS', action: 'CREATED' }];
    const { webhook_id } = await created({ url: receiver.url, events, status: 'DISABLED' });
    const test = (input: object) => call('POST', `/webhooks/${webhook_id}/test`, input);

    expect((await test({})).body).toEqual({ result: { success: true, response_status: 200 } });
    expect(JSON.parse(receiver.messages[0]?.body ?? '').data).toMatchObject({
      name: 'example_model',
      source: 'models:/123',
    });
    expect((await test({ event: events[1] })).body).toEqual({ result: { success: false, response_status: 500 } });
    const { webhook_id: lost } = await created({ url: 'https://receiver.invalid/' });
    expect((await call('POST', `/webhooks/${lost}/test`, {})).body).toEqual({
      result: { success: false, error_message: expect.stringMatching(/^Failed to test webhook: /) },
    });
  });

  it.each([
    ['no name', { name: '' }, 'name'],
    ['a name of other characters', { name: 'a b' }, /Webhook name 'a b' is invalid/],
    ['a blank URL', { url: '  ' }, /Webhook URL cannot be empty or just whitespace/],
    ['http', { url: 'http://hooks.example.com/' }, /Invalid webhook URL scheme/],
    ['an address of this machine', { url: 'https://127.0.0.1/' }, /Invalid webhook URL: expected the name of a host/],
    ['no events', { events: [] }, /Webhook events must be a non-empty list/],
    ['an unknown event', { events: [{ entity: 'MODEL_VERSION', action: 'SET' }] }, /no event model_version.set here/],
    ['events of another shape', { events: ['MODEL_VERSION_CREATED'] }, /events\[0\]/],
    ['another status', { status: 'PAUSED' }, /status.*ACTIVE or DISABLED/],
    ['a longer secret', { secret: 'x'.repeat(1_001) }, /secret/],
    ['a longer description', { description: 'x'.repeat(1_001) }, /description/],
  ])('are refused with %s, by a sentence that names it', async (_, over, message) => {
    const { call } = await anAdmin();
    const given = { name: 'ci', url: URL_OF_RECEIVER, events: [CREATED], ...over };

    expect(await call('POST', '/webhooks', given)).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE', message: expect.stringMatching(message) },
    });
    expect((await call('GET', '/webhooks')).body.webhooks).toEqual([]);
  });

  it('are for admins of all models: to be called like a model is no way around that', async () => {
    const { admin } = await anAdmin();
    const some = registry.stranger();
    await admin.putMember({ principal: some.arn, roles: [{ role: 'admin', models: 'ci' }] });

    expect(await as(some)('POST', '/webhooks', { name: 'ci', url: URL_OF_RECEIVER, events: [CREATED] })).toMatchObject({
      status: 403,
      body: { error_code: 'PERMISSION_DENIED' },
    });
  });

  it('of another tenant are not there, by any call', async () => {
    const { created, old } = await anAdmin();
    const [{ webhook_id }, { id }] = [await created(), await old()];
    const outsider = as(await anOutsider(registry));
    const calls = [
      ['GET', `/webhooks/${webhook_id}`, undefined],
      ['PATCH', `/webhooks/${webhook_id}`, { name: 'mine' }],
      ['DELETE', `/webhooks/${webhook_id}`, undefined],
      ['POST', `/webhooks/${webhook_id}/test`, {}],
      ['PATCH', '/registry-webhooks/update', { id, status: 'DISABLED' }],
      ['DELETE', '/registry-webhooks/delete', { id }],
      ['POST', '/registry-webhooks/test', { id }],
    ] as const;

    for (const [method, path, input] of calls)
      expect(await outsider(method, path, input)).toMatchObject({ status: 404 });
    expect((await outsider('GET', '/webhooks')).body.webhooks).toEqual([]);
    expect((await outsider('GET', '/registry-webhooks/list')).body.webhooks).toEqual([]);
  });

  it('never answer a mistake with what clients repeat for minutes', async () => {
    const { call } = await anAdmin();
    const fields = [
      'name',
      'url',
      'events',
      'secret',
      'status',
      'id',
      'http_url_spec',
      'job_spec',
      'model_name',
      'event',
    ];
    const paths = [
      ['POST', '/webhooks'],
      ['GET', '/webhooks/%zz'],
      ['PATCH', '/webhooks/x'],
      ['POST', '/webhooks/x/test'],
      ['POST', '/registry-webhooks/create'],
      ['PATCH', '/registry-webhooks/update'],
      ['DELETE', '/registry-webhooks/delete'],
      ['POST', '/registry-webhooks/test'],
    ] as const;
    const anything = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }));
    const input = fc.dictionary(fc.constantFrom(...fields), anything);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), input, async ([method, path], given) => {
        const { status, body } = await call(method, path, method === 'GET' ? undefined : given);

        expect([200, 400, 404]).toContain(status);
        if (status !== 200) expect(body).toMatchObject({ error_code: expect.any(String), message: expect.any(String) });
      }),
      { numRuns: 200 },
    );
  });
});

describe("webhooks as Databricks' registry has them", () => {
  it('are made, listed, changed and deleted, and never show what is secret', async () => {
    const { call, old } = await anAdmin();
    const receiver = { url: URL_OF_RECEIVER, secret: SECRET, authorization: 'Bearer hidden' };
    const webhook = await old({ http_url_spec: receiver, model_name: 'fraud', description: 'CI' });
    const other = await old({ events: ['REGISTERED_MODEL_CREATED'] });

    expect(webhook).toEqual({
      id: expect.any(String),
      events: ['MODEL_VERSION_CREATED'],
      model_name: 'fraud',
      description: 'CI',
      status: 'ACTIVE',
      http_url_spec: { url: URL_OF_RECEIVER, enable_ssl_verification: true },
      creation_timestamp: expect.any(Number),
      last_updated_timestamp: webhook.creation_timestamp,
    });
    expect((await call('GET', '/registry-webhooks/list')).body.webhooks).toEqual([other, webhook]);
    expect((await call('GET', '/registry-webhooks/list', { model_name: 'fraud' })).body.webhooks).toEqual([webhook]);
    expect(
      (await call('GET', '/registry-webhooks/list', { events: 'REGISTERED_MODEL_CREATED' })).body.webhooks,
    ).toEqual([other]);
    const changed = await call('PATCH', '/registry-webhooks/update', { id: webhook.id, status: 'TEST_MODE' });
    expect(changed.body.webhook).toMatchObject({ status: 'DISABLED', events: webhook.events, description: 'CI' });
    expect(await call('DELETE', '/registry-webhooks/delete', { id: webhook.id })).toMatchObject({ status: 200 });
    expect((await call('GET', '/registry-webhooks/list')).body.webhooks).toEqual([other]);
  });

  it('get transitions of their model, signed over the body, with the header that the receiver wants', async () => {
    const { old, keys, admin } = await anAdmin();
    await admin.putPolicy({ policy: { lifecycle: 'open' } });
    const receiver = await aReceiver(registry);
    const [name, elsewhere] = [aName('model'), aName('other')];
    await old({
      events: ['MODEL_VERSION_TRANSITIONED_TO_PRODUCTION'],
      model_name: name,
      http_url_spec: { url: receiver.url, secret: SECRET, authorization: 'Bearer shared' },
    });
    for (const model of [elsewhere, name]) {
      await as(keys.publisher)('POST', '/registered-models/create', { name: model });
      await as(keys.publisher)('POST', '/model-versions/create', { name: model, source: 's3://bucket/key' });
      for (const stage of ['Staging', 'Production']) {
        await as(keys.releaser)('POST', '/model-versions/transition-stage', { name: model, version: '1', stage });
      }
    }
    const [message] = await receiver.received(1);

    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      event: 'MODEL_VERSION_TRANSITIONED_TO_PRODUCTION',
      model_name: name,
      version: '1',
      from_stage: 'Staging',
      to_stage: 'Production',
    });
    expect(message?.headers).toMatchObject({
      authorization: 'Bearer shared',
      'x-databricks-signature': createHmac('sha256', SECRET)
        .update(message?.body ?? '')
        .digest('hex'),
    });
    expect(receiver.messages).toHaveLength(1);
  });

  it('are where their client looks for them, too', async () => {
    const { keys, old } = await anAdmin();
    const webhook = await old();
    const { body } = await registry.raw('GET', '/api/2.0/preview/mlflow/registry-webhooks/list?max_results=1000', {
      as: keys.admin,
    });

    expect(body.webhooks).toEqual([webhook]);
  });

  it('are tried with an example', async () => {
    const { call, old } = await anAdmin();
    const receiver = await aReceiver(registry, () => ({ status: 202 }));
    const { id } = await old({ http_url_spec: { url: receiver.url } });

    expect((await call('POST', '/registry-webhooks/test', { id })).body).toEqual({ status_code: 202 });
    expect(JSON.parse(receiver.messages[0]?.body ?? '')).toMatchObject({
      event: 'MODEL_VERSION_CREATED',
      webhook_id: id,
    });
  });

  it.each([
    ['comments, which there are none of', { events: ['COMMENT_CREATED'] }, /no event COMMENT_CREATED here/],
    [
      'a request to archive, which nobody has to ask for',
      { events: ['TRANSITION_REQUEST_TO_ARCHIVED_CREATED'] },
      /no event/,
    ],
    ['no events', { events: [] }, /One or more events must be specified/],
    ['no receiver', { http_url_spec: undefined }, /http_url_spec/],
    ['a job', { job_spec: { job_id: '1' } }, /job_spec.*no jobs here/],
    [
      'a receiver whose certificate is not verified',
      { http_url_spec: { url: URL_OF_RECEIVER, enable_ssl_verification: false } },
      /enable_ssl_verification.*always verified/,
    ],
    ['a pattern', { model_name: 'fraud-*' }, /model_name/],
    ['a header on two lines', { http_url_spec: { url: URL_OF_RECEIVER, authorization: 'a\r\nb: c' } }, /authorization/],
  ])('are refused with %s, by a sentence that names it', async (_, over, message) => {
    const { call } = await anAdmin();
    const given = { events: ['MODEL_VERSION_CREATED'], http_url_spec: { url: URL_OF_RECEIVER }, ...over };

    expect(await call('POST', '/registry-webhooks/create', given)).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE', message: expect.stringMatching(message) },
    });
  });
});
