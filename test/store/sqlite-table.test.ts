import { afterAll, describe, expect, it } from 'vitest';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import type { Written } from '../../shared/store/sqlite-write.ts';
import { numbered, partition } from './promises/support.ts';
import { aTableThatKeepsThePromises } from './table-promises.ts';

const table = sqliteTable({ file: ':memory:' });
afterAll(() => table.close());

aTableThatKeepsThePromises('SQLite', async () => table);

describe('the commits of an SQLite table', () => {
  /** What a listener hears while the work goes on. */
  async function heardDuring(work: () => Promise<unknown>): Promise<(readonly Written[])[]> {
    const heard: (readonly Written[])[] = [];
    const stop = table.onCommit((written) => heard.push(written));
    await work();
    stop();
    return heard;
  }

  it('tell of each item what it was and what it is', async () => {
    const key = { pk: partition(), sk: 'one' };
    const heard = await heardDuring(async () => {
      await table.transact([{ put: { ...key, revision: 1 }, if: { absent: true } }]);
      await table.transact([{ put: { ...key, revision: 2, gone: undefined } }]);
      await table.transact([{ remove: key }]);
      await table.putEach([key]);
    });
    expect(heard).toEqual([
      [{ key, after: { ...key, revision: 1 } }],
      [{ key, before: { ...key, revision: 1 }, after: { ...key, revision: 2 } }],
      [{ key, before: { ...key, revision: 2 } }],
      [{ key, after: key }],
    ]);
  });

  it('are told once for each transaction, whole, in the order in which they were done', async () => {
    const pk = partition();
    const heard = await heardDuring(() =>
      Promise.all(
        numbered(20).map((sk) =>
          table.transact([{ put: { pk, sk: `${sk} left` } }, { put: { pk, sk: `${sk} right` } }]),
        ),
      ),
    );
    expect(heard.map((written) => written.map(({ key }) => key.sk))).toEqual(
      numbered(20).map((sk) => [`${sk} left`, `${sk} right`]),
    );
  });

  it('show one item in the order of its writes, each before being the after of the one before', async () => {
    const key = { pk: partition(), sk: 'one' };
    const heard = await heardDuring(() =>
      Promise.all(numbered(10).map((text) => table.transact([{ put: { ...key, text } }]))),
    );
    const images = heard.flat();
    expect(images.map(({ after }) => after?.['text'])).toEqual(numbered(10));
    expect(images.slice(1).map(({ before }) => before)).toEqual(images.slice(0, -1).map(({ after }) => after));
  });

  it('tell nothing of what failed, was only checked, or removed nothing', async () => {
    const [there, absent] = [
      { pk: partition(), sk: 'there' },
      { pk: partition(), sk: 'absent' },
    ];
    await table.putEach([there]);
    const heard = await heardDuring(async () => {
      await expect(table.transact([{ put: absent }, { check: there, if: { absent: true } }])).rejects.toThrow();
      await table.transact([{ check: there, if: { equals: {} } }, { remove: absent }]);
    });
    expect(heard).toEqual([]);
  });

  it('are there to be read when the listener hears of them', async () => {
    const key = { pk: partition(), sk: 'one' };
    const reads: Promise<unknown>[] = [];
    const stop = table.onCommit(([written]) => reads.push(table.get(written?.key ?? key)));
    await table.transact([{ put: key }]);
    stop();
    expect(await Promise.all(reads)).toEqual([key]);
  });

  it('tell nobody who has stopped listening', async () => {
    const heard: unknown[] = [];
    table.onCommit((written) => heard.push(written))();
    await table.transact([{ put: { pk: partition(), sk: 'one' } }]);
    expect(heard).toEqual([]);
  });
});

describe('transactions that share a wait for the disk', () => {
  it('fail each for itself', async () => {
    const pk = partition();
    const circular: Record<string, never> = {};
    Object.assign(circular, { circular });
    const outcomes = await Promise.allSettled([
      table.transact([{ put: { pk, sk: '1' }, if: { absent: true } }]),
      table.transact([{ put: { pk, sk: '2' } }, { put: { pk, sk: '1' }, if: { absent: true } }]),
      table.transact([{ put: { pk, sk: '' } }]),
      table.transact([{ put: { pk, sk: '3', circular } }]),
      table.transact([{ put: { pk, sk: '4' }, if: { absent: true } }]),
    ]);
    expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.name : 'done'))).toEqual([
      'done',
      'ConditionFailed',
      'RangeError',
      'TypeError',
      'done',
    ]);
    expect((await table.query({ pk, limit: 10 })).items.map(({ sk }) => sk)).toEqual(['1', '4']);
  });

  it('see each other in the order in which they were begun', async () => {
    const key = { pk: partition(), sk: 'one' };
    await Promise.all([
      table.transact([{ put: { ...key, revision: 1 }, if: { absent: true } }]),
      table.transact([{ put: { ...key, revision: 2 }, if: { equals: { revision: 1 } } }]),
      table.transact([{ put: { ...key, revision: 3 }, if: { equals: { revision: 2 } } }]),
    ]);
    expect(await table.get(key)).toEqual({ ...key, revision: 3 });
  });
});
