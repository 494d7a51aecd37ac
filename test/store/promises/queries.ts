import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Open } from '../table-promises.ts';
import { allOf, itemsAt, numbered, pagesOf, partition, sksOf } from './support.ts';

export function queryPromises(open: Open): void {
  const aPartition = async (sks: readonly string[]) => {
    const [table, pk] = [await open(), partition()];
    await table.putEach(itemsAt(pk, sks));
    return { table, pk };
  };

  it('gives the whole items of a partition, and no others', async () => {
    const { table, pk } = await aPartition(['b', 'a']);
    await table.putEach(itemsAt(`${pk}1`, ['c']));
    expect((await table.query({ pk, limit: 10 })).items).toEqual(itemsAt(pk, ['a', 'b']));
  });

  it('gives nothing of an empty partition', async () => {
    expect(await (await open()).query({ pk: partition(), limit: 10 })).toEqual({ items: [] });
  });

  it('gives the items forwards and backwards', async () => {
    const { table, pk } = await aPartition(['2', '1', '3', '10']);
    expect(sksOf((await table.query({ pk, limit: 10 })).items)).toEqual(['1', '10', '2', '3']);
    const backwards = await table.query({ pk, limit: 10, order: 'descending' });
    expect(sksOf(backwards.items)).toEqual(['3', '2', '10', '1']);
  });

  it('orders sort keys by their UTF-8 bytes', async () => {
    const sks = ['\u{1F600}', '\uFFFD', 'ﬁ', 'é', 'z', 'a', 'Z', '~', '\u0001', 'a\u0000', 'aa', '%25', '#', ' '];
    const { table, pk } = await aPartition(sks);
    expect(sksOf((await table.query({ pk, limit: 100 })).items)).toEqual(sks.toSorted(byBytes));
  });

  it('orders any sort keys by their UTF-8 bytes', async () => {
    const table = await open();
    const keys = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).filter((key) => key.isWellFormed());
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(keys, { minLength: 2, maxLength: 12 }), async (sks) => {
        const pk = partition();
        await table.putEach(itemsAt(pk, sks));
        expect(sksOf((await table.query({ pk, limit: 100 })).items)).toEqual(sks.toSorted(byBytes));
      }),
      { numRuns: 30 },
    );
  });

  it('holds apart keys that only look alike', async () => {
    const pk = partition();
    const table = await open();
    const keys = [
      { pk, sk: 'a' },
      { pk, sk: 'A' },
      { pk, sk: 'a ' },
      { pk, sk: 'é' },
      { pk, sk: 'e\u0301' },
      { pk, sk: '1' },
      { pk, sk: '01' },
      { pk: `${pk}#a`, sk: 'b' },
      { pk: `${pk}#`, sk: 'ab' },
      { pk, sk: "'; DROP TABLE items; --" },
      { pk, sk: '%' },
      { pk, sk: '_' },
    ];
    const items = keys.map((key, number) => ({ ...key, number }));
    await table.putEach(items);
    expect(await table.batchGet(keys)).toEqual(items);
  });

  it.each([
    { range: { from: 'b' }, found: ['b', 'bb', 'c', 'd'] },
    { range: { to: 'bb' }, found: ['a', 'b', 'bb'] },
    { range: { from: 'b', to: 'c' }, found: ['b', 'bb', 'c'] },
    { range: { from: 'ba', to: 'bz' }, found: ['bb'] },
    { range: { from: 'c', to: 'c' }, found: ['c'] },
    { range: { from: 'c', to: 'b' }, found: [] },
    { range: { from: 'x' }, found: [] },
    { range: { prefix: 'b' }, found: ['b', 'bb'] },
    { range: { prefix: 'bb' }, found: ['bb'] },
    { range: { prefix: 'x' }, found: [] },
  ])('finds $found in the range $range, both ways', async ({ range, found }) => {
    const { table, pk } = await aPartition(['a', 'b', 'bb', 'c', 'd']);
    expect(sksOf((await table.query({ pk, limit: 10, ...range })).items)).toEqual(found);
    const backwards = await table.query({ pk, limit: 10, order: 'descending', ...range });
    expect(sksOf(backwards.items)).toEqual(found.toReversed());
  });

  it('takes a prefix literally', async () => {
    const sks = ['a%', 'a%b', 'ab', 'a_', 'A%', 'é', 'éa', 'e', '\u{10FFFF}', '\u{10FFFF}a', '\u{D7FF}', '\u{E000}'];
    const { table, pk } = await aPartition(sks);
    for (const prefix of sks) {
      const { items } = await table.query({ pk, prefix, limit: 100 });
      expect(sksOf(items)).toEqual(sks.filter((sk) => sk.startsWith(prefix)).toSorted(byBytes));
    }
  });

  it.each(['ascending', 'descending'] as const)('pages through a partition, %s, each item once', async (order) => {
    const sks = numbered(23);
    const { table, pk } = await aPartition(sks);
    const pages = await pagesOf(table, { pk, limit: 5, order });
    expect(pages.map(({ items }) => items.length)).toEqual([5, 5, 5, 5, 3]);
    expect(sksOf(pages.flatMap(({ items }) => items))).toEqual(order === 'ascending' ? sks : sks.toReversed());
  });

  it.each(['ascending', 'descending'] as const)('pages within a range, %s', async (order) => {
    const sks = numbered(30);
    const { table, pk } = await aPartition(sks);
    const inRange = sks.slice(4, 21);
    const found = await allOf(table, { pk, limit: 4, order, from: inRange[0] ?? '', to: inRange.at(-1) ?? '' });
    expect(sksOf(found)).toEqual(order === 'ascending' ? inRange : inRange.toReversed());
  });

  it.each(['ascending', 'descending'] as const)('pages within a prefix, %s', async (order) => {
    const inside = numbered(11).map((sk) => `V#${sk}`);
    const { table, pk } = await aPartition([...inside, 'V', 'U#1', 'W#1', 'V$']);
    const found = await allOf(table, { pk, limit: 3, order, prefix: 'V#' });
    expect(sksOf(found)).toEqual(order === 'ascending' ? inside : inside.toReversed());
  });

  it('goes on behind any item of a page', async () => {
    const { table, pk } = await aPartition(numbered(10));
    const { items } = await table.query({ pk, limit: 8 });
    const third = items[2];
    const rest = await table.query({ pk, limit: 8, after: { pk, sk: third?.sk ?? '' } });
    expect(sksOf(rest.items)).toEqual(numbered(10).slice(3));
  });

  it('neither repeats nor skips what stays while others write between pages', async () => {
    const { table, pk } = await aPartition(numbered(10));
    const first = await table.query({ pk, limit: 5 });
    await table.transact([
      { remove: { pk, sk: '000004' } },
      { put: { pk, sk: '0000035' } },
      { put: { pk, sk: '0000055' } },
    ]);
    const second = await table.query({ pk, limit: 5, ...(first.next && { after: first.next }) });
    expect(sksOf(second.items)).toEqual(['000005', '0000055', '000006', '000007', '000008']);
  });

  it.each(['ascending', 'descending'] as const)('says which page is the last one, %s', async (order) => {
    const { table, pk } = await aPartition(numbered(5));
    const edge = order === 'ascending' ? '000003' : '000001';
    for (const range of [{}, { prefix: '0' }, { from: '000000' }, { to: '000004' }, { from: '000000', to: '000004' }]) {
      const query = { pk, order, ...range };
      expect((await table.query({ ...query, limit: 4 })).next).toEqual({ pk, sk: edge });
      expect((await table.query({ ...query, limit: 5 })).next).toBeUndefined();
      expect((await table.query({ ...query, limit: 6 })).next).toBeUndefined();
    }
  });

  it('ends a page after a megabyte, and goes on', async () => {
    const [table, pk] = [await open(), partition()];
    const items = numbered(12).map((sk) => ({ pk, sk, text: sk.repeat(50_000) }));
    await table.putEach(items);
    const pages = await pagesOf(table, { pk, limit: 1_000 });
    expect(pages.length).toBeGreaterThanOrEqual(3);
    expect(pages[0]?.items.length).toBeLessThan(6);
    expect(pages.flatMap((page) => page.items)).toEqual(items);
  });
}

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
