import { describe, expect, it } from 'vitest';
import { CAPACITY } from '../../docs/capacity.ts';
import { type OperationName, rows, type Sent } from '../../shared/contract/operations.ts';
import { deliveryOf } from '../../shared/domain/delivery.ts';
import { TenantId } from '../../shared/domain/names.ts';
import { WebhookId } from '../../shared/domain/webhook.ts';
import { recordAttempt } from '../../shared/domain/webhook-health.ts';
import { dynamoTable } from '../../shared/store/dynamo-table.ts';
import { NOW } from '../support/builders.ts';
import { call } from '../support/call.ts';
import { aVersionOn } from '../support/dependent.ts';
import { dynamoDb } from '../support/dynamodb-table.ts';
import { anApprovalOf, aStaged, stagedIn } from '../support/governed.ts';
import { meteredTable, type Used } from '../support/metered-table.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';
import { aModelOf, aVersionIn, aVersionOf, filesOf } from '../support/setting-up.ts';
import { callerOf, situations } from '../support/situations.ts';

const dynamo = await dynamoDb();
const registry = await aRegistry();
const meter = meteredTable((onCapacity) => dynamoTable({ ...dynamo.connect(), onCapacity }));
const metered = dynamo.isMissing ? registry : await registryOver(registry, meter.table);

/** What one call of an operation used. */
async function used(tenant: TestTenant, name: OperationName, input: object, headers = {}): Promise<Used> {
  const as = callerOf(name, metered, tenant);
  // From here on the caller is known.
  await call(metered, 'whoAmI', {}, { as });
  meter.take();
  const answer = await call(metered, name, input, { as, headers });
  expect(answer.status, answer.text).toBeLessThan(300);
  return meter.take();
}

/** The delivery of an event, which nobody makes here: over another table no reaction runs. */
async function aDelivery({ admin, id }: Pick<TestTenant, 'admin' | 'id'>) {
  const { webhook: name, event } = await admin.pingWebhook({
    webhook: (await admin.createWebhook({ url: 'https://receiver.invalid/' })).id,
  });
  const { store } = metered.services;
  const tenant = TenantId.parse(id);
  const [webhook, { items }] = await Promise.all([
    store.webhook(tenant, WebhookId.parse(name)),
    store.chain(tenant, undefined, { limit: 1, order: 'descending' }),
  ]);
  const delivery = webhook && items[0] && deliveryOf(webhook, items[0], registry.clock.now());
  if (delivery) await store.commit({ result: delivery, keep: [{ create: delivery }] });
  return { webhook: name, event };
}

describe.skipIf(dynamo.isMissing)('on DynamoDB', () => {
  it.each(rows)('%s costs what it is said to', async (name) => {
    const tenant = await aTenant(metered);
    const input = name === 'redeliver' ? await aDelivery(tenant) : await situations[name](tenant);
    const { roundTrips, readUnits, writeUnits } = await used(tenant, name, input);

    expect([roundTrips, readUnits, writeUnits]).toEqual(CAPACITY[name]);
  });

  it('a delivery that arrives costs eight write units: it is made, and it is noted that it arrived', async () => {
    const { admin, id } = await aTenant(metered);
    const { webhook: name, event } = await aDelivery({ admin, id });
    const { store } = metered.services;
    const tenant = TenantId.parse(id);
    const [webhook, delivery] = await Promise.all([
      store.webhook(tenant, WebhookId.parse(name)),
      store.delivery(tenant, WebhookId.parse(name), event),
    ]);
    if (!webhook || !delivery) throw new Error('expected a webhook and a delivery');
    meter.take();
    await store.commit({ result: 0, keep: [{ create: { ...delivery, event: `evt_${'0'.repeat(32)}` } }] });
    const made = meter.take().writeUnits;
    const outcome = { at: NOW, status: 204, milliseconds: 87 };
    await store.commit(recordAttempt({ delivery, webhook }, outcome, 0));
    const noted = meter.take().writeUnits;

    expect([made, noted]).toEqual([4, 4]);
  });

  it('an Idempotency-Key costs no round trip, one read at the same time and one more item', async () => {
    const tenant = await aTenant(metered);
    const headers = { 'idempotency-key': 'costs' };
    const { roundTrips, readUnits, writeUnits } = await used(
      tenant,
      'createModel',
      await situations.createModel(tenant),
      headers,
    );

    expect([roundTrips, readUnits, writeUnits]).toEqual([2, 3, 12]);
  });

  it('a promotion that takes the place of another version costs at most 20 write units', async () => {
    const tenant = await aTenant(metered);
    const model = await aModelOf(tenant);
    await aVersionIn(tenant, model, 'production');
    const version = await aVersionIn(tenant, model, 'staging');
    const { roundTrips, readUnits, writeUnits } = await used(tenant, 'promoteVersion', {
      model,
      version,
      stage: 'production',
    });

    expect([roundTrips, readUnits, writeUnits]).toEqual([3, 5, 20]);
  });

  it('a promotion on an approval takes three round trips and costs no write more', async () => {
    const tenant = await aTenant(metered);
    const first = await aStaged(tenant);
    await tenant.reviewer.voteOnApproval({ ...(await anApprovalOf(tenant, first)), decision: 'approve' });
    await tenant.releaser.promoteVersion({ ...first, stage: 'production' });
    const next = await stagedIn(tenant, first.model);
    await tenant.reviewer.voteOnApproval({ ...(await anApprovalOf(tenant, next)), decision: 'approve' });
    const { roundTrips, writeUnits } = await used(tenant, 'promoteVersion', { ...next, stage: 'production' });

    expect([roundTrips, writeUnits]).toEqual([3, 20]);
  });

  it('a promotion on evaluations of fifty slices takes three round trips, and costs no write more', async () => {
    const tenant = await aTenant(metered);
    const gate = { metric: 'auc', noWorseThan: 'production', from: { dataset: 'holdout', slice: 'worst' } };
    const policy = { approvals: { production: { required: 0 } }, gates: { staging: [], production: [gate] } };
    const slices = Array.from({ length: 50 }, (_, n) => ({
      name: 'age',
      value: String(n),
      metrics: { auc: n, f1: n },
    }));
    const measured = { dataset: { name: 'holdout' }, metrics: { auc: 50, f1: 50 }, slices };
    const first = await aStaged(tenant, policy as Sent<'putPolicy'>['policy']);
    await tenant.reviewer.recordEvaluation({ ...first, ...measured });
    await tenant.releaser.promoteVersion({ ...first, stage: 'production' });
    const next = await stagedIn(tenant, first.model);
    await tenant.reviewer.recordEvaluation({ ...next, ...measured });
    const { roundTrips, readUnits, writeUnits } = await used(tenant, 'promoteVersion', {
      ...next,
      stage: 'production',
    });

    expect([roundTrips, readUnits, writeUnits]).toEqual([3, 8, 20]);
  });

  it.each([1, 3])('a registration of %i files costs at most 12 write units, and 1 for each file', async (count) => {
    const tenant = await aTenant(metered);
    const model = await aModelOf(tenant);
    const contents = Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}.bin`, `${model} ${n}`]));
    const { roundTrips, writeUnits } = await used(tenant, 'registerVersion', { model, files: filesOf(contents) });

    expect([roundTrips, writeUnits]).toEqual([3, 12 + count]);
  });

  it('a registration costs four write units more for what nothing needed before, and one for each other dependency', async () => {
    const tenant = await aTenant(metered);
    const needed = await aVersionOn(tenant);
    const register = async () => {
      const input = { model: await aModelOf(tenant), source: 's3://elsewhere/model', dependsOn: [needed] };
      const { roundTrips, writeUnits } = await used(tenant, 'registerVersion', input);
      return [roundTrips, writeUnits];
    };

    expect(await register()).toEqual([6, 14]);
    expect(await register()).toEqual([5, 11]);
  });

  it('a promotion costs two round trips and two write units more where there are dependencies, however many', async () => {
    const tenant = await aTenant(metered);
    const needed = [await aVersionOn(tenant), await aVersionOn(tenant), await aVersionOn(tenant)];
    const one = await aVersionOn(tenant, needed);
    await tenant.releaser.promoteVersion({ ...(await aVersionOn(tenant, needed)), stage: 'staging' });
    const { roundTrips, writeUnits } = await used(tenant, 'promoteVersion', { ...one, stage: 'staging' });

    expect([roundTrips, writeUnits]).toEqual([5, 16]);
  });

  it('a page of 20 versions costs at most 6 read units', async () => {
    const tenant = await aTenant(metered);
    const model = await aModelOf(tenant);
    for (let version = 0; version < 21; version += 1) {
      await aVersionOf(tenant, model, {
        metrics: { accuracy: 0.97 },
        description: 'Trained on the payments of February.',
      });
    }
    const { readUnits } = await used(tenant, 'listVersions', { model });

    expect(readUnits).toBe(5);
  });
});
