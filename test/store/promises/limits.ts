import { expect, it } from 'vitest';
import type { Item, Query, Write } from '../../../shared/store/table.ts';
import type { Open } from '../table-promises.ts';
import { numbered, partition } from './support.ts';

export function limitPromises(open: Open): void {
  it('refuses more than a hundred writes, and writes none', async () => {
    const [table, pk] = [await open(), partition()];
    const writes = numbered(101).map((sk) => ({ put: { pk, sk } }));
    await expect(table.transact(writes)).rejects.toThrow(new RangeError('expected 100 writes at most, got 101'));
    expect((await table.query({ pk, limit: 1 })).items).toEqual([]);
  });

  it.each<[string, (key: { pk: string; sk: string }) => Write[]]>([
    ['two puts', (key) => [{ put: key }, { put: key }]],
    ['a put and a check', (key) => [{ put: key }, { check: key, if: { absent: true } }]],
    ['a removal and a put', (key) => [{ remove: key }, { put: key }]],
  ])('refuses %s of one item in a transaction', async (_, writes) => {
    const [table, key] = [await open(), { pk: partition(), sk: 'one' }];
    await expect(table.transact(writes(key))).rejects.toThrow(RangeError);
    expect(await table.get(key)).toBeUndefined();
  });

  it('refuses an item of more than 400 KB, alone and among others', async () => {
    const [table, pk] = [await open(), partition()];
    const big = { pk, sk: 'big', text: 'x'.repeat(410_000) };
    await expect(table.transact([{ put: { pk, sk: 'small' } }, { put: big }])).rejects.toThrow(/400 KB/);
    await expect(table.putEach([{ pk, sk: 'small' }, big])).rejects.toThrow(/400 KB/);
    await expect(table.putEach([{ pk, sk: 'wide', list: ['é'.repeat(205_000)] }])).rejects.toThrow(/400 KB/);
    expect((await table.query({ pk, limit: 10 })).items).toEqual([]);
  });

  it('refuses more than 4 MB in one transaction', async () => {
    const [table, pk] = [await open(), partition()];
    const writes = numbered(12).map((sk) => ({ put: { pk, sk, text: 'x'.repeat(380_000) } }));
    await expect(table.transact(writes)).rejects.toThrow(/4 MB/);
    await expect(table.transact(writes.slice(0, 10))).resolves.toBeUndefined();
  });

  it('takes keys of the greatest length', async () => {
    const table = await open();
    const item = {
      pk: `${partition()}${'é'.repeat(1_000)}`,
      sk: 'x'.repeat(1_024),
      gsi1pk: 'y'.repeat(2_048),
      gsi1sk: 'z'.repeat(1_024),
    };
    await table.transact([{ put: item }]);
    expect(await table.get(item)).toEqual(item);
  });

  const bad: Record<string, Partial<Item>> = {
    'an empty partition key': { pk: '' },
    'an empty sort key': { sk: '' },
    'a partition key of more than 2,048 bytes': { pk: 'é'.repeat(1_025) },
    'a sort key of more than 1,024 bytes': { sk: 'é'.repeat(513) },
    'half a character in a key': { sk: 'a\uD800' },
    'an empty key of an index': { gsi1pk: '', gsi1sk: 'x' },
    'a key of an index that is too long': { duepk: 'x', duesk: 'x'.repeat(1_025) },
  };
  it.each(Object.entries(bad))('refuses %s', async (_, part) => {
    const table = await open();
    const item = { pk: partition(), sk: 'one', ...part } as Item;
    await expect(table.transact([{ put: item }])).rejects.toThrow(RangeError);
    await expect(table.putEach([item])).rejects.toThrow(RangeError);
  });

  it('asks for no item whose key cannot be', async () => {
    const table = await open();
    await expect(table.get({ pk: partition(), sk: '' })).rejects.toThrow(RangeError);
    await expect(table.batchGet([{ pk: partition(), sk: '' }])).rejects.toThrow(RangeError);
  });

  it.each([{ ratio: 0.5 }, { json: 'x' }, { ['__proto__']: 1 }, { text: '\uD800' }, { ['']: 1 }])(
    'refuses to compare what no table can: %j',
    async (equals) => {
      const table = await open();
      const put = { pk: partition(), sk: 'one' };
      await expect(table.transact([{ put, if: { equals } as never }])).rejects.toThrow(RangeError);
    },
  );

  it.each<[string, Partial<Query>]>([
    ['no limit', { limit: 0 }],
    ['a limit over 1,000', { limit: 1_001 }],
    ['a prefix and a range', { prefix: 'a', from: 'b' }],
    ['a position in another partition', { after: { pk: 'other', sk: 'a' } }],
    [
      'a position in another partition of an index',
      { index: 'gsi1', after: { gsi1pk: 'other', gsi1sk: 'a', pk: 'a', sk: 'a' } },
    ],
  ])('refuses a query with %s', async (_, part) => {
    const table = await open();
    await expect(table.query({ pk: partition(), limit: 10, ...part })).rejects.toThrow(RangeError);
  });
}
