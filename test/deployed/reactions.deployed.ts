import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Webhook } from 'standardwebhooks';
import { afterAll, expect, inject, it } from 'vitest';
import { stage } from '../../infra/config/test.ts';
import { CREDENTIALS, REGION } from '../support/emulated-aws.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant } from '../support/registry.ts';
import { aModelOf, aVersionWith } from '../support/setting-up.ts';

const { aws: endpoint } = inject('deployed') ?? { aws: '' };
const registry = await aRegistry();
const settings = { endpoint, region: REGION, credentials: CREDENTIALS };
/** Functions begin cold, and one after the other. */
const WAIT = { timeout: 100_000, interval: 1_000 };

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A receiver at the place that the stage trusts. */
async function aReceiver() {
  const origin = new URL(stage.trustedOrigins?.[0] ?? '');
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers as Record<string, string>, body: await text(request) });
    response.writeHead(204).end();
  });
  await new Promise<void>((done, failed) => {
    server.on('error', failed).listen(Number(origin.port), origin.hostname, done);
  });
  afterAll(() => server.close());
  return { url: `${origin.origin}/signet`, received };
}

it('rule 10 and rule 11: a promotion arrives at the webhook of its tenant, signed, and nothing of another tenant', async () => {
  const [mine, other] = [await aTenant(registry), await aTenant(registry)];
  const { url, received } = await aReceiver();
  const { id, secret } = await mine.admin.createWebhook({ url, events: ['version.promoted'] });

  const promoted = await Promise.all(
    [other, mine].map(async (tenant) => {
      const model = await aModelOf(tenant);
      const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
      await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
      return { model, version };
    }),
  );

  const deliveries = async () => (await mine.admin.listDeliveries({ webhook: id })).items;
  await expect.poll(deliveries, WAIT).toMatchObject([{ type: 'version.promoted', state: 'delivered' }]);
  for (const { headers, body } of received) {
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      type: 'version.promoted',
      data: { tenant: mine.id, model: { name: promoted[1]?.model }, version: promoted[1]?.version },
    });
  }
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

it('reads the files of a version that is complete, and records what it finds', async () => {
  const tenant = await aTenant(registry);
  const model = await aModelOf(tenant);
  const version = await aVersionWith(tenant, model, { 'model.json': '{"trees": 300}' });

  const look = async () => (await tenant.reader.getVersion({ model, version })).evidence.checks['signet/sha256'];
  await expect.poll(look, WAIT).toMatchObject({ outcome: 'success' });
});

it('deletes the files of what was archived when its schedule calls retention, and tells of it', async () => {
  const tenant = await aTenant(registry);
  const model = await aModelOf(tenant);
  for (const contents of [aName('bytes'), aName('bytes')]) {
    const version = await aVersionWith(tenant, model, { 'model.bin': contents });
    await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
    await tenant.releaser.promoteVersion({ model, version, stage: 'production' });
  }

  const deleted = async () => {
    await callHourly();
    const { items } = await tenant.reader.listEvents({ model, limit: 100 });
    return items.filter(({ type }) => type === 'artifact.deleted').map(({ version }) => version);
  };
  await expect.poll(deleted, WAIT).toEqual([1]);

  await expect(tenant.reader.getDownload({ model, version: 1 })).rejects.toMatchObject({ status: 410 });
  await expect(tenant.reader.getDownload({ model, version: 2 })).resolves.toMatchObject({ items: [{}] });
});

/** Does what EventBridge does each hour: finds the rules of that schedule, and calls what they name. */
async function callHourly(): Promise<void> {
  const [events, lambda] = [new EventBridgeClient(settings), new LambdaClient(settings)];
  const called: string[] = [];
  const { Rules = [] } = await events.send(new ListRulesCommand({ Limit: 100 }));
  for (const { Name } of Rules.filter(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 hour)')) {
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
    for (const { Arn } of Targets) {
      const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: Arn, Payload: '{}' }));
      expect(FunctionError).toBeUndefined();
      called.push(Arn ?? '');
    }
  }
  expect(called).toEqual([expect.stringContaining('OnApplyRetention')]);
}
