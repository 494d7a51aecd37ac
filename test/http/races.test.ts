import { describe, expect, it } from 'vitest';
import { verifyChains } from '../../shared/domain/audit.ts';
import { Problem } from '../../shared/http/client.ts';
import { dynamoTable } from '../../shared/store/dynamo-table.ts';
import { dynamoDb } from '../support/dynamodb-table.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const AT_ONCE = 32;
const dynamo = await dynamoDb();
const registry = await aRegistry();
const registries = [
  { on: 'SQLite', registry },
  ...(dynamo.isMissing
    ? []
    : [{ on: 'DynamoDB', registry: await registryOver(registry, dynamoTable(dynamo.connect())) }]),
];

/** Does something as often at once; every refusal has to be one of these codes. The values are of those that succeeded. */
async function atOnce<T>(work: (index: number) => Promise<T>, ...refusals: string[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, (_, index) => work(index)));
  const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [codeOf(outcome.reason)] : []));
  expect(codes.filter((code) => !refusals.includes(code))).toEqual([]);
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

const codeOf = (error: unknown): string => (error instanceof Problem ? error.code : String(error));

/** The types of all events of a model, whose chain holds. */
async function chainOf({ reader }: TestTenant, model: string): Promise<string[]> {
  const lines = await Array.fromAsync(reader.exportEvents({ model }));
  expect(await verifyChains(lines.map((line) => JSON.stringify(line)))).not.toHaveProperty('fault');
  return lines.slice(0, -1).map(({ type }) => type);
}

describe.each(registries)(`${AT_ONCE} at once on $on`, ({ registry }) => {
  it('rule 2: promotions of different versions leave one in production, at every observation', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    for (let version = 1; version <= AT_ONCE; version += 1) {
      await aVersionOf(tenant, model);
      await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
    }
    const observers = await observersOf(tenant, model);
    const promoted = await atOnce(
      (index) => tenant.releaser.promoteVersion({ model, version: index + 1, stage: 'production' }),
      'write.conflict',
    );
    const observed = await observers.end();

    expect(promoted.length).toBeGreaterThan(0);
    expect(observed.length).toBeGreaterThan(20);
    expect(observed.filter(({ length }) => length > 1)).toEqual([]);
    const { items } = await tenant.reader.listVersions({ model, limit: 100 });
    expect(items.filter(({ stage }) => stage === 'production')).toHaveLength(1);
    expect(items.filter(({ stage }) => stage === 'archived')).toHaveLength(promoted.length - 1);
    const types = await chainOf(tenant, model);
    expect(types.filter((type) => type === 'version.promoted')).toHaveLength(AT_ONCE + promoted.length);
  }, 90_000);

  it('rule 1: registrations get consecutive numbers', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    // Whoever is told to repeat repeats.
    const registered = await atOnce(() => untilNoConflict(() => aVersionOf(tenant, model)));

    expect(registered.sort((a, b) => a - b)).toEqual(Array.from({ length: AT_ONCE }, (_, index) => index + 1));
    expect(await chainOf(tenant, model)).toHaveLength(1 + AT_ONCE);
  });

  it('transitions under one If-Match: one happens, and the others are told 412', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const { revision } = await tenant.reader.getModel({ model });
    const done = await atOnce(
      (index) => tenant.releaser.setAlias({ model, version, alias: `a${index}` }, { ifMatch: revision }),
      'precondition.failed',
    );

    expect(done).toHaveLength(1);
    expect(Object.keys((await tenant.reader.getModel({ model })).aliases)).toHaveLength(1);
  });

  it('creations of one name: one happens, and the others are told that it is there', async () => {
    const tenant = await aTenant(registry);
    const model = aName('model');
    const created = await atOnce(() => tenant.publisher.createModel({ model }), 'model.exists');

    expect(created).toHaveLength(1);
    expect(await chainOf(tenant, model)).toEqual(['model.created']);
  });

  it('repeats under one Idempotency-Key: it happens once, and all get its answer', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const idempotencyKey = aName('key');
    const answers = await atOnce(() =>
      untilNoConflict(() =>
        tenant.publisher.registerVersion({ model, source: 's3://elsewhere/m' }, { idempotencyKey }),
      ),
    );

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await chainOf(tenant, model)).toEqual(['model.created', 'version.registered']);
  });
});

/** Looks again and again at what is in production, from several sides, until it is told to end. */
async function observersOf({ reader }: TestTenant, model: string) {
  const observed: number[][] = [];
  let isOver = false;
  const observe = async () => observed.push((await reader.getModel({ model })).production);
  // The first look opens the connections: what follows is not late.
  await Promise.all(Array.from({ length: 16 }, observe));
  const observers = Array.from({ length: 16 }, async () => {
    while (!isOver) await observe();
  });
  const end = async () => {
    isOver = true;
    await Promise.all(observers);
    return observed;
  };
  return { end };
}

async function untilNoConflict<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (codeOf(error) !== 'write.conflict') throw error;
    }
  }
}
