import { expect, it } from 'vitest';
import { ConditionFailed, Contention, type Key, type Table } from '../../../shared/store/table.ts';
import type { Open } from '../table-promises.ts';
import { numbered, partition } from './support.ts';

export function transactionPromises(open: Open): void {
  it('writes all of a hundred items', async () => {
    const table = await open();
    const pk = partition();
    const items = numbered(100).map((sk) => ({ pk, sk, number: Number(sk) }));
    await table.transact(items.map((put) => ({ put, if: { absent: true } })));
    expect(await table.batchGet(items)).toEqual(items);
  });

  it.each([0, 1, 50, 99])('writes none of a hundred items when the condition at %d fails', async (position) => {
    const table = await open();
    const pk = partition();
    const items = numbered(100).map((sk) => ({ pk, sk }));
    const there = items.slice(position, position + 1).map((item) => ({ ...item, first: true }));
    await table.putEach(there);

    await expect(table.transact(items.map((put) => ({ put, if: { absent: true } })))).rejects.toMatchObject({
      name: 'ConditionFailed',
      failed: [position],
    });
    expect((await table.batchGet(items)).filter((item) => item)).toEqual(there);
  });

  it('names every condition that failed', async () => {
    const table = await open();
    const pk = partition();
    const at = (sk: string) => ({ pk, sk, revision: 1 });
    const [one, two, three, four] = [at('1'), at('2'), at('3'), at('4')] as const;
    await table.putEach([one, two]);
    const writes = [
      { put: one, if: { absent: true } as const },
      { remove: two, if: { equals: { revision: 1 } } },
      { put: three },
      { check: four, if: { equals: { revision: 1 } } },
    ];
    await expect(table.transact(writes)).rejects.toEqual(new ConditionFailed([0, 3]));
    expect(await table.batchGet([one, two, three, four])).toEqual([one, two, undefined, undefined]);
  });

  it('writes nothing when a mere check fails', async () => {
    const table = await open();
    const [put, remove, check] = [aKey(), aKey(), aKey()] as const;
    await table.putEach([remove]);
    const writes = [{ put }, { remove }, { check, if: { equals: {} } }];
    await expect(table.transact(writes)).rejects.toMatchObject({ failed: [2] });
    expect(await table.batchGet([put, remove])).toEqual([undefined, remove]);
  });

  it('puts, removes and checks across partitions in one go', async () => {
    const table = await open();
    const [put, remove, check] = [aKey(), aKey(), aKey()] as const;
    await table.putEach([remove, { ...check, revision: 1 }]);
    await table.transact([{ put }, { remove }, { check, if: { equals: { revision: 1 } } }]);
    expect(await table.batchGet([put, remove, check])).toEqual([put, undefined, { ...check, revision: 1 }]);
  });

  it('does nothing when there is nothing to write', async () => {
    const table = await open();
    await expect(table.transact([])).resolves.toBeUndefined();
    await expect(table.putEach([])).resolves.toBeUndefined();
  });

  it('lets exactly one of many who write at once win', async () => {
    const table = await open();
    const key = { pk: partition(), sk: 'one' };
    await table.transact([{ put: { ...key, revision: 1 } }]);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 16 }, (_, writer) =>
        table.transact([
          { put: { ...key, revision: 2, writer }, if: { equals: { revision: 1 } } },
          { put: { pk: key.pk, sk: `by ${writer}` }, if: { absent: true } },
        ]),
      ),
    );
    const winners = outcomes.flatMap(({ status }, writer) => (status === 'fulfilled' ? [writer] : []));
    expect(winners).toHaveLength(1);
    expect(await table.get(key)).toMatchObject({ revision: 2, writer: winners[0] });

    const traces = await table.query({ pk: key.pk, prefix: 'by ', limit: 100 });
    expect(traces.items.map(({ sk }) => sk)).toEqual([`by ${winners[0]}`]);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect([ConditionFailed, Contention]).toContain(outcome.reason.constructor);
    }
  });

  it('loses no step when many count at once and try again', async () => {
    const table = await open();
    const key = { pk: partition(), sk: 'counter' };
    await table.transact([{ put: { ...key, count: 0 } }]);
    await Promise.all(Array.from({ length: 6 }, () => countOn(table, key, 5)));
    expect(await table.get(key)).toMatchObject({ count: 30 });
  });

  it('shows each writer its own write at once', async () => {
    const table = await open();
    const pk = partition();
    await Promise.all(
      numbered(20).map(async (sk) => {
        await table.transact([{ put: { pk, sk } }]);
        expect(await table.get({ pk, sk })).toEqual({ pk, sk });
        expect((await table.query({ pk, from: sk, to: sk, limit: 1 })).items).toEqual([{ pk, sk }]);
      }),
    );
  });
}

const aKey = () => ({ pk: partition(), sk: 'one' });

async function countOn(table: Table, key: Key, steps: number): Promise<void> {
  for (let done = 0; done < steps; ) {
    const count = Number((await table.get(key))?.['count']);
    try {
      await table.transact([{ put: { ...key, count: count + 1 }, if: { equals: { count } } }]);
      done += 1;
    } catch (error) {
      if (!(error instanceof ConditionFailed || error instanceof Contention)) throw error;
    }
  }
}
