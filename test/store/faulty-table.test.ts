import { describe, expect, it } from 'vitest';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { Contention, Unavailable } from '../../shared/store/table.ts';
import { type Fault, type Faults, faultyTable, seeded } from './faulty-table.ts';
import { numbered, partition, sksOf } from './promises/support.ts';
import { aTableThatKeepsThePromises } from './table-promises.ts';

const sqlite = sqliteTable({ file: ':memory:' });
const faulty = (faults: Faults, seed = 1) => faultyTable(sqlite, { faults, random: seeded(seed) });

aTableThatKeepsThePromises('a faulty table on a good day', async () => faulty({}));
aTableThatKeepsThePromises('a faulty table on a good day that remembers', async () => faulty({ staleIndex: 1e-12 }));

describe('a faulty table', () => {
  it('that crashes has done nothing', async () => {
    const key = { pk: partition(), sk: 'one' };
    const table = faulty({ crash: 1 });
    await expect(table.transact([{ put: key }])).rejects.toThrow(Unavailable);
    await expect(table.putEach([key])).rejects.toThrow(Unavailable);
    await expect(table.get(key)).rejects.toThrow(Unavailable);
    expect(await sqlite.get(key)).toBeUndefined();
  });

  it('that loses its reply has done everything', async () => {
    const [one, other] = [
      { pk: partition(), sk: 'one' },
      { pk: partition(), sk: 'other' },
    ];
    const table = faulty({ lostReply: 1 });
    await expect(table.transact([{ put: one }])).rejects.toThrow(Unavailable);
    await expect(table.putEach([other])).rejects.toThrow(Unavailable);
    expect(await sqlite.batchGet([one, other])).toEqual([one, other]);
  });

  it('that meets contention has done nothing', async () => {
    const key = { pk: partition(), sk: 'one' };
    await expect(faulty({ contention: 1 }).transact([{ put: key }])).rejects.toThrow(Contention);
    expect(await sqlite.get(key)).toBeUndefined();
  });

  it('shows in a stale index what was, and in the table what is', async () => {
    const table = faulty({ staleIndex: 1 });
    const pk = partition();
    const at = (sk: string, stage: string) => ({ pk, sk, gsi2pk: `${pk}#${stage}`, gsi2sk: sk });
    await table.putEach(numbered(40).map((sk) => at(sk, 'staging')));
    await table.transact(numbered(40).map((sk) => ({ put: at(sk, 'production') })));

    const query = { index: 'gsi2', limit: 100 } as const;
    const still = sksOf((await table.query({ ...query, pk: `${pk}#staging` })).items);
    const already = sksOf((await table.query({ ...query, pk: `${pk}#production` })).items);
    for (const seen of [still, already]) {
      expect(seen.length).toBeGreaterThan(5);
      expect(seen.length).toBeLessThan(35);
      expect(seen).toEqual(seen.toSorted());
    }
    expect((await table.query({ pk, limit: 100 })).items).toEqual(numbered(40).map((sk) => at(sk, 'production')));
  });

  it('has the faults that its seed decides, of every kind', async () => {
    const trace = async (seed: number) => {
      const seen: Fault[] = [];
      const faults = { crash: 0.1, lostReply: 0.1, contention: 0.1, staleIndex: 0.1 };
      const table = faultyTable(sqlite, { faults, random: seeded(seed), onFault: (fault) => seen.push(fault) });
      const pk = partition();
      for (const sk of numbered(100)) {
        await Promise.allSettled([table.transact([{ put: { pk, sk } }]), table.query({ index: 'gsi1', pk, limit: 5 })]);
      }
      return seen;
    };
    const seen = await trace(7);
    expect(new Set(seen)).toEqual(new Set(['crash', 'lostReply', 'contention', 'staleIndex']));
    expect(await trace(7)).toEqual(seen);
    expect(await trace(8)).not.toEqual(seen);
  });
});
