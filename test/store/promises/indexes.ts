import { expect, it } from 'vitest';
import { INDEXES } from '../../../shared/store/table.ts';
import type { Open } from '../table-promises.ts';
import { allOf, numbered, partition, sksOf } from './support.ts';

export function indexPromises(open: Open): void {
  it.each(INDEXES)('lists the whole items that have both keys of %s', async (index) => {
    const [table, pk, listed] = [await open(), partition(), partition()];
    const both = { pk, sk: 'both', [`${index}pk`]: listed, [`${index}sk`]: 'x', more: { than: ['keys'] } };
    await table.putEach([both, { pk, sk: 'one', [`${index}pk`]: listed }, { pk, sk: 'other', [`${index}sk`]: 'x' }]);
    expect((await table.query({ index, pk: listed, limit: 10 })).items).toEqual([both]);
    expect(sksOf((await table.query({ pk, limit: 10 })).items)).toEqual(['both', 'one', 'other']);
  });

  it('keeps the indexes apart', async () => {
    const [table, pk] = [await open(), partition()];
    const keys = INDEXES.map((index) => ({ [`${index}pk`]: `${pk}#${index}`, [`${index}sk`]: index }));
    const item = Object.assign({ pk, sk: 'one' }, ...keys);
    await table.putEach([item]);
    for (const index of INDEXES) {
      expect((await table.query({ index, pk: `${pk}#${index}`, limit: 10 })).items).toEqual([item]);
      expect((await table.query({ index, pk, limit: 10 })).items).toEqual([]);
    }
  });

  it('moves an item between the partitions of an index', async () => {
    const [table, pk] = [await open(), partition()];
    const at = (stage: string) => ({ pk, sk: 'V#1', gsi2pk: `${pk}#${stage}`, gsi2sk: 'V#1' });
    await table.transact([{ put: at('staging') }]);
    await table.transact([{ put: at('production') }]);
    expect((await table.query({ index: 'gsi2', pk: `${pk}#staging`, limit: 10 })).items).toEqual([]);
    expect((await table.query({ index: 'gsi2', pk: `${pk}#production`, limit: 10 })).items).toEqual([at('production')]);
  });

  it.each([{ duepk: undefined, duesk: undefined }, { duepk: undefined }, { duesk: undefined }])(
    'drops an item from an index when a key of it goes: %o',
    async (gone) => {
      const [table, pk] = [await open(), partition()];
      const due = { pk, sk: 'E#1', duepk: pk, duesk: 'now' };
      await table.transact([{ put: due }]);
      await table.transact([{ put: { ...due, ...gone } }]);
      expect((await table.query({ index: 'due', pk, limit: 10 })).items).toEqual([]);
      expect(await table.get(due)).toBeDefined();
    },
  );

  it('drops a removed item from its indexes', async () => {
    const [table, pk] = [await open(), partition()];
    const item = { pk, sk: 'one', gsi1pk: pk, gsi1sk: 'x' };
    await table.transact([{ put: item }]);
    await table.transact([{ remove: item }]);
    expect((await table.query({ index: 'gsi1', pk, limit: 10 })).items).toEqual([]);
  });

  it('orders and bounds by the sort key of the index', async () => {
    const [table, listed] = [await open(), partition()];
    const items = ['d', 'a', 'c', 'b', 'bb'].map((gsi1sk, number) => ({
      pk: partition(),
      sk: String(number),
      gsi1pk: listed,
      gsi1sk,
    }));
    await table.putEach(items);
    const query = { index: 'gsi1', pk: listed, limit: 10 } as const;
    const found = async (range: object) => (await table.query({ ...query, ...range })).items.map((item) => item.gsi1sk);
    expect(await found({})).toEqual(['a', 'b', 'bb', 'c', 'd']);
    expect(await found({ order: 'descending' })).toEqual(['d', 'c', 'bb', 'b', 'a']);
    expect(await found({ from: 'b', to: 'c' })).toEqual(['b', 'bb', 'c']);
    expect(await found({ prefix: 'b' })).toEqual(['b', 'bb']);
  });

  it.each(['ascending', 'descending'] as const)('pages through an index, %s, each item once', async (order) => {
    const [table, listed] = [await open(), partition()];
    const sks = numbered(17);
    await table.putEach(sks.map((sk) => ({ pk: partition(), sk, gsi1pk: listed, gsi1sk: sk })));
    const found = await allOf(table, { index: 'gsi1', pk: listed, limit: 4, order });
    expect(sksOf(found)).toEqual(order === 'ascending' ? sks : sks.toReversed());
  });

  it.each(['ascending', 'descending'] as const)('pages over equal sort keys, %s, each item once', async (order) => {
    const [table, listed] = [await open(), partition()];
    const sks = numbered(17);
    await table.putEach(sks.map((sk) => ({ pk: partition(), sk, gsi1pk: listed, gsi1sk: sk.slice(0, 5) })));
    const found = await allOf(table, { index: 'gsi1', pk: listed, limit: 3, order });
    expect(sksOf(found).toSorted()).toEqual(sks);
    const indexKeys = found.map(({ gsi1sk }) => gsi1sk);
    const sorted = indexKeys.toSorted();
    expect(indexKeys).toEqual(order === 'ascending' ? sorted : sorted.toReversed());
  });

  it('gives the position of an item in an index with the keys of both', async () => {
    const [table, pk] = [await open(), partition()];
    const item = { pk, sk: 'one', gsi1pk: pk, gsi1sk: 'x' };
    await table.putEach([item, { ...item, sk: 'other', gsi1sk: 'y' }]);
    expect((await table.query({ index: 'gsi1', pk, limit: 1 })).next).toEqual(item);
  });
}
