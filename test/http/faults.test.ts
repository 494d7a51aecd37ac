import { describe, expect, it } from 'vitest';
import { isMutation } from '../../shared/contract/operation.ts';
import { type OperationName, operations, rows } from '../../shared/contract/operations.ts';
import { Contention } from '../../shared/store/table.ts';
import { type Fault, type Faults, faultyTable } from '../store/faulty-table.ts';
import { call } from '../support/call.ts';
import { everyEventOf } from '../support/looking.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';
import { aModelOf } from '../support/setting-up.ts';
import { callerOf, situations } from '../support/situations.ts';

const registry = await aRegistry();
/** What goes wrong now. */
const faults: { -readonly [F in keyof Faults]: Faults[F] } = {};
const faulty = await registryOver(registry, faultyTable(registry.table, { faults, random: () => 0.5, onFault: heal }));
let times = 0;

/** A fault strikes so many times, and then no more. */
function strike(fault: Fault, count: number): void {
  faults[fault] = 1;
  times = count;
}

function heal(fault: Fault): void {
  times -= 1;
  if (times === 0) faults[fault] = 0;
}

const names = rows.map(([name]) => name);
const mutations = rows.filter(([, row]) => isMutation(row)).map(([name]) => name);

/** An operation that is about to succeed, as somebody who is known already. */
async function ready(name: OperationName) {
  const tenant = await aTenant(registry);
  const input = await situations[name](tenant);
  const as = callerOf(name, registry, tenant);
  await call(faulty, 'whoAmI', {}, { as });
  return { tenant, ask: (headers = {}) => call(faulty, name, input, { as, headers }) };
}

describe('while the database is out of reach', () => {
  it.each(names.filter((name) => name !== 'whoAmI'))('%s is 503, and works again when it is back', async (name) => {
    const { ask } = await ready(name);
    strike('crash', 1);
    const out = await ask();

    expect(out).toMatchObject({ status: 503, body: { code: 'storage.unavailable' } });
    expect((await ask()).status).toBe(operations[name].status);
  });
});

describe('a change of which the answer got lost on its way from the database', () => {
  it.each(mutations)('%s is answered as done, and done once, however often it is repeated', async (name) => {
    const { tenant, ask } = await ready(name);
    const before = await everyEventOf(registry, tenant);
    const headers = { 'idempotency-key': aName('key') };
    strike('lostReply', 1);
    const answer = await ask(headers);
    const again = await ask(headers);

    expect([answer.status, times], answer.text).toEqual([operations[name].status, 0]);
    expect(again.body).toEqual(answer.body);
    expect(await everyEventOf(registry, tenant)).toHaveLength(before.length + 1);
  });
});

describe('a change that meets others', () => {
  it.each(mutations)('%s is decided anew, and done after seven conflicts', async (name) => {
    const { ask } = await ready(name);
    strike('contention', 7);

    expect([(await ask()).status, times]).toEqual([operations[name].status, 0]);
  });

  it.each(mutations)('%s is 409 after eight, and nothing is written', async (name) => {
    const { tenant, ask } = await ready(name);
    const before = await everyEventOf(registry, tenant);
    strike('contention', 8);

    expect(await ask()).toMatchObject({ status: 409, body: { code: 'write.conflict' } });
    expect(await everyEventOf(registry, tenant)).toEqual(before);
  });
});

describe('a change whose answer got lost, and whose next attempt met it under way', () => {
  const source = 's3://elsewhere/m';
  const nothing = async () => {};

  /** A registration whose first transaction ends in contention. It has no Idempotency-Key. */
  async function registered({ keys }: TestTenant, model: string, { first, late = nothing }: Story) {
    let begin = first;
    let end = nothing;
    const contended = await registryOver(registry, {
      ...registry.table,
      transact: async (writes) => {
        const transact = () => registry.table.transact(writes);
        const story = begin;
        if (!story) return transact();
        begin = undefined;
        end = () => late(transact);
        await story(transact);
        // As the SDK does: it tries again by itself, and the database says that the first attempt is at work.
        throw new Contention();
      },
      // The first that is read afterwards is whether it was written.
      get: async (key) => {
        const item = await registry.table.get(key);
        const happens = end;
        end = nothing;
        await happens();
        return item;
      },
    });
    return call(contended, 'registerVersion', { model, source }, { as: keys.publisher });
  }

  /** What becomes of the first transaction, before the contention and after it. */
  interface Story {
    readonly first: undefined | ((transact: () => Promise<void>) => Promise<void>);
    readonly late?: (transact: () => Promise<void>) => Promise<void>;
  }

  const numbersOf = async ({ reader }: TestTenant, model: string) =>
    (await reader.listVersions({ model })).items.map(({ version }) => version);

  it('is done once: the contention was with itself', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const answer = await registered(tenant, model, { first: (transact) => transact() });

    expect(answer).toMatchObject({ status: 201, body: { version: { version: 1 } } });
    expect(await numbersOf(tenant, model)).toEqual([1]);
  });

  it('is done once, although the first attempt is only done while it is decided anew', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const answer = await registered(tenant, model, { first: nothing, late: (transact) => transact() });

    expect(answer).toMatchObject({ status: 201, body: { version: { version: 1 } } });
    expect(await numbersOf(tenant, model)).toEqual([1]);
  });

  it('is not taken for another one like it, of the same moment', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    // An event is never before the one before it: by a clock that is late both are of one moment.
    registry.clock.advance(-60_000);
    const like = () => tenant.publisher.registerVersion({ model, source });
    const answer = await registered(tenant, model, { first: async () => void (await like()) });
    registry.clock.advance(60_000);

    expect(answer).toMatchObject({ status: 201, body: { version: { version: 2 } } });
    expect(await numbersOf(tenant, model)).toEqual([2, 1]);
  });
});
