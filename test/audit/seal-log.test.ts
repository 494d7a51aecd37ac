import { describe, expect, it } from 'vitest';
import { verifyRecord } from '../../shared/domain/audit-record.ts';
import { Conflict } from '../../shared/store/store.ts';
import { Unavailable } from '../../shared/store/table.ts';
import { type Faults, faultyTable } from '../store/faulty-table.ts';
import { meteredTable } from '../support/metered-table.ts';
import { aSealedTenant } from './sealing.ts';

describe('sealing a log', () => {
  it('has every chain in a checkpoint, each time as far as it has come', async () => {
    const tenant = await aSealedTenant();
    for (const model of [1, 2, 1]) await tenant.happen(model);
    expect(await tenant.seal()).toBe(true);
    tenant.wait(15);
    await tenant.happen(2);
    expect(await tenant.seal()).toBe(true);

    expect(await tenant.verified()).toMatchObject({ checkpoints: 2, events: 5, sealed: 5 });
    expect([...tenant.files.values()].map(({ entries }) => entries.map(({ type }) => type))).toEqual([
      ['chain', 'chain', 'chain', 'seal'],
      ['chain', 'seal'],
    ]);
  });

  it('keeps each checkpoint with its entries where it cannot be changed, so that those alone are proved', async () => {
    const tenant = await aSealedTenant();
    for (const model of [1, 2]) await tenant.happen(model);
    await tenant.seal();
    await tenant.happen(3);
    await tenant.seal();
    const kept = [...tenant.files.values()];
    const lines = kept.flatMap(({ entries, number, note, key }) => [
      ...entries,
      { type: 'checkpoint', number, note, key },
    ]);
    const checkpoints = [...lines, { type: 'export.completed', checkpoints: kept.length }].map((line) =>
      JSON.stringify(line),
    );

    expect(await tenant.verified()).not.toHaveProperty('fault');
    const { store } = tenant;
    const stored = await store.checkpoints(kept[0]?.tenant as never, { limit: 10 });
    expect(stored.items.map(({ note }) => note)).toEqual(kept.map(({ note }) => note));
    const verdict = await verifyRecord({ events: [], checkpoints, keys: [], kept: undefined });
    expect(verdict.fault).toMatchObject({ checkpoint: 1, why: expect.stringContaining('key that is trusted') });
  });

  it('writes nothing and signs nothing for what nothing happened in, and costs one read', async () => {
    const meter: { table?: ReturnType<typeof meteredTable> } = {};
    const tenant = await aSealedTenant((table) => {
      meter.table = meteredTable(() => table);
      return meter.table.table;
    });
    await tenant.happen(1);
    await tenant.seal();
    tenant.wait(45);
    await tenant.seal();
    meter.table?.take();

    expect(await tenant.seal()).toBe(false);
    expect(meter.table?.take()).toMatchObject({ calls: 2, writeUnits: 0 });
    expect(tenant.files.size).toBe(1);
  });

  it('has more chains in a checkpoint than one transaction could write', async () => {
    const tenant = await aSealedTenant();
    for (let model = 0; model < 70; model += 1) await tenant.happen(model);
    await tenant.seal();
    for (let model = 0; model < 70; model += 1) await tenant.happen(model);
    tenant.wait(15);
    await tenant.seal();
    expect(await tenant.verified()).toMatchObject({ checkpoints: 2, events: 141, sealed: 141 });
  });

  it('is done by one of two that run at once, and the other sees that', async () => {
    const tenant = await aSealedTenant();
    await tenant.happen(1);
    const outcomes = await Promise.allSettled([tenant.seal(), tenant.seal(), tenant.seal()]);
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));

    expect(refused.every((error) => error instanceof Conflict)).toBe(true);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await tenant.verified()).toMatchObject({ checkpoints: 1, sealed: 2 });
  });

  it('goes on with the checkpoint that an earlier run kept, and died', async () => {
    const tenant = await aSealedTenant();
    await tenant.happen(1);
    const dying = {
      keep: async (...args: Parameters<typeof tenant.checkpoints.keep>) => {
        await tenant.checkpoints.keep(...args);
        throw new Unavailable('The process died.');
      },
    };
    await expect(tenant.seal({ checkpoints: dying })).rejects.toThrow(Unavailable);
    tenant.wait(15);
    await tenant.happen(2);
    await tenant.seal();

    const [first] = [...tenant.files.values()];
    expect((await tenant.store.checkpoint(first?.tenant as never, 1))?.note).toBe(first?.note);
    expect(await tenant.verified()).toMatchObject({ checkpoints: 2, sealed: 3 });
  });

  it('signs nothing more once the log has become another than the one that was kept', async () => {
    const tenant = await aSealedTenant();
    await tenant.happen(1);
    const other = await aSealedTenant();
    await other.happen(2);
    await other.seal();
    await expect(tenant.seal({ checkpoints: other.checkpoints })).rejects.toThrow('is kept with another root');
    expect(await tenant.store.checkpoints('acme' as never, { limit: 1 })).toEqual({ items: [] });
  });
});

/** The same numbers from 0 to 1 for the same seed: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

it('ends with a record that is proved whole, whatever crashes, gets lost, meets others or lags behind: 40 seeds', async () => {
  const struck = new Map<string, number>();
  for (let seed = 0; seed < 40; seed += 1) {
    const random = randomFrom(seed);
    const faults: { -readonly [F in keyof Faults]: Faults[F] } = {
      crash: 0.08,
      lostReply: 0.08,
      contention: 0.05,
      staleIndex: 0.2,
    };
    const onFault = (fault: string) => struck.set(fault, (struck.get(fault) ?? 0) + 1);
    const tenant = await aSealedTenant((table) => faultyTable(table, { faults, random, onFault }));
    for (let round = 0; round < 6; round += 1) {
      for (let count = 0; count < 4; count += 1) await tenant.happen(Math.floor(random() * 3));
      tenant.wait(5);
      await Promise.allSettled([tenant.seal(), ...(random() < 0.3 ? [tenant.seal()] : [])]);
      // Nothing that is signed is ever contradicted, at no moment.
      expect((await tenant.verified()).fault, `seed ${seed}`).toBeUndefined();
    }
    for (const fault of Object.keys(faults) as (keyof Faults)[]) faults[fault] = 0;
    await tenant.seal();
    expect(await tenant.verified(), `seed ${seed}`).toMatchObject({ sealed: 25, events: 25 });
  }
  expect([...struck.keys()].sort()).toEqual(['contention', 'crash', 'lostReply', 'staleIndex']);
}, 120_000);
