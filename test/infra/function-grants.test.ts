import { expect, it } from 'vitest';
import { type OperationName, operations, rows } from '../../shared/contract/operations.ts';
import type { Index, Table } from '../../shared/store/table.ts';
import { keyOfWrite } from '../../shared/store/table-limits.ts';
import { call } from '../support/call.ts';
import { aRegistry, aTenant } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';
import { aModelOf, aVersionOf, filesOf } from '../support/setting-up.ts';
import { callerOf, situations } from '../support/situations.ts';
import { verdictOn } from './policy-evaluation.ts';
import { arnOf, policiesOf } from './production-template.ts';
import { OWN } from './resolved.ts';

/** What IAM is asked for a call to DynamoDB. */
interface Asked {
  readonly action: string;
  readonly keys: readonly string[];
  readonly index?: Index | undefined;
}

const asked: Asked[] = [];
const ask = (action: string, keys: readonly string[], index?: Index) => asked.push({ action, keys, index });

/** Writes down what is asked of a table: a transaction asks for each of its writes. */
const spied = (table: Table): Table => ({
  get: (key) => {
    ask('GetItem', [key.pk]);
    return table.get(key);
  },
  batchGet: (keys) => {
    ask(
      'BatchGetItem',
      keys.map(({ pk }) => pk),
    );
    return table.batchGet(keys);
  },
  query: (query) => {
    ask('Query', [query.pk], query.index);
    return table.query(query);
  },
  transact: (writes) => {
    for (const write of writes) {
      const action = 'put' in write ? 'PutItem' : 'remove' in write ? 'DeleteItem' : 'ConditionCheckItem';
      ask(action, [keyOfWrite(write).pk]);
    }
    return table.transact(writes);
  },
  putEach: (items) => {
    ask(
      'BatchWriteItem',
      items.map(({ pk }) => pk),
    );
    return table.putEach(items);
  },
});

const embedded = await aRegistry();
const registry = await registryOver(embedded, spied(embedded.table));
const TABLE = arnOf('Storage/Table');

it.each(['getDependents', 'getDependencies'] as const)(
  '%s may note what it has shown, for the pages behind it',
  async (name) => {
    const tenant = await aTenant(registry);
    const [needed, between, dependent] = [await aModelOf(tenant), await aModelOf(tenant), await aModelOf(tenant)];
    await aVersionOf(tenant, needed);
    await aVersionOf(tenant, between, { dependsOn: [{ model: needed, version: 1 }] });
    await aVersionOf(tenant, dependent, {
      dependsOn: [
        { model: needed, version: 1 },
        { model: between, version: 1 },
      ],
    });
    asked.length = 0;
    const model = name === 'getDependents' ? needed : dependent;
    const page = await tenant.reader[name]({ model, version: 1, limit: 1 });

    expect(page.cursor).toEqual(expect.any(String));
    expect(asked.map(({ action }) => action)).toContain('BatchWriteItem');
    expect(refusedTo(name)).toEqual([]);
  },
);

/** What a function would be refused of what it asks. */
const refusedTo = (name: OperationName): Asked[] =>
  asked.filter(({ action, keys, index }) => {
    const resource = index === undefined ? TABLE : `${TABLE}/index/${index}`;
    const context = { 'dynamodb:LeadingKeys': keys };
    const request = { caller: { account: OWN }, owner: OWN, action: `dynamodb:${action}`, resource, context };
    return verdictOn(request, { identity: policiesOf(name) }) !== 'allowed';
  });

it.each(rows.map(([name]) => name))('%s may ask of the table all that it asks', async (name) => {
  const tenant = await aTenant(registry);
  const input = await situations[name](tenant);
  asked.length = 0;

  const headers = operations[name].method === 'GET' ? {} : { 'idempotency-key': 'grants' };
  const answer = await call(registry, name, input, { as: callerOf(name, registry, tenant), headers });

  expect(answer.status, answer.text).toBe(operations[name].status);
  expect(asked.length).toBeGreaterThan(0);
  expect(refusedTo(name)).toEqual([]);
});

it('a registration of files may note whose they are', async () => {
  const tenant = await aTenant(registry);
  const model = await aModelOf(tenant);
  asked.length = 0;
  await tenant.publisher.registerVersion({ model, files: filesOf({ 'model.bin': model }) });

  expect(asked.map(({ action }) => action)).toContain('BatchWriteItem');
  expect(refusedTo('registerVersion')).toEqual([]);
});
