import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Item, Json } from '../../../shared/store/table.ts';
import type { Open } from '../table-promises.ts';
import { numbered, partition } from './support.ts';

export function itemPromises(open: Open): void {
  it('gives back what it was given', async () => {
    const table = await open();
    const item = { pk: partition(), sk: 'one', text: 'a', number: 7, flag: true, nothing: null, list: [1, 'b'] };
    await table.transact([{ put: item }]);
    expect(await table.get(item)).toEqual(item);
  });

  it('knows nothing of an item that was never written', async () => {
    const table = await open();
    expect(await table.get({ pk: partition(), sk: 'one' })).toBeUndefined();
  });

  it('replaces an item whole', async () => {
    const table = await open();
    const key = { pk: partition(), sk: 'one' };
    await table.transact([{ put: { ...key, old: 1 } }]);
    await table.transact([{ put: { ...key, new: 2 } }]);
    expect(await table.get(key)).toEqual({ ...key, new: 2 });
  });

  it('forgets a removed item', async () => {
    const table = await open();
    const key = { pk: partition(), sk: 'one' };
    await table.transact([{ put: key }]);
    await table.transact([{ remove: key }]);
    expect(await table.get(key)).toBeUndefined();
  });

  it('removes what is not there without complaint', async () => {
    const table = await open();
    const key = { pk: partition(), sk: 'one' };
    await expect(table.transact([{ remove: key }])).resolves.toBeUndefined();
  });

  it('does not store attributes that are undefined', async () => {
    const table = await open();
    const key = { pk: partition(), sk: 'one' };
    await table.transact([{ put: { ...key, missing: undefined } }]);
    expect(Object.keys((await table.get(key)) ?? {}).sort()).toEqual(['pk', 'sk']);
  });

  it('keeps what it was given when the caller changes the object afterwards', async () => {
    const table = await open();
    const tags: Record<string, Json> = { colour: 'red' };
    const item = { pk: partition(), sk: 'one', tags };
    const written = table.transact([{ put: item }]);
    tags['colour'] = 'blue';
    await written;
    expect(await table.get(item)).toMatchObject({ tags: { colour: 'red' } });
  });

  it.each([1e300, 5e-324, 0.1, -1e-7, 2 ** 53 + 2, 2 ** 53 - 1, -(2 ** 53 - 1), 123456789.12345679, 0])(
    'gives the number %d back exactly, at the top and inside',
    async (number) => {
      const table = await open();
      const item = { pk: partition(), sk: 'one', number, inside: { list: [number] } };
      await table.transact([{ put: item }]);
      expect(await table.get(item)).toEqual(item);
    },
  );

  it.each(['', ' ', 'é', 'e\u0301', '\u0000', '\u{1F600}', '\uD800', '"\\\n', '1', 'true', 'null'])(
    'gives the text %j back exactly, at the top and inside',
    async (text) => {
      const table = await open();
      const item = { pk: partition(), sk: 'one', text, inside: { [text]: [text] } };
      await table.transact([{ put: item }]);
      expect(await table.get(item)).toEqual(item);
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'json', 'body', 'name', 'a.b', '#a', ':a', '', 'x'.repeat(300)])(
    'takes %j as the name of an attribute, and poisons nothing',
    async (name) => {
      const table = await open();
      const key = { pk: partition(), sk: 'one' };
      const attributes = JSON.parse(`{ ${JSON.stringify(name)}: { "isAdmin": true }, "inside": { "__proto__": 1 } }`);
      await table.transact([{ put: { ...attributes, ...key } }]);

      const stored = await table.get(key);
      expect(JSON.parse(JSON.stringify(stored))).toEqual({ ...attributes, ...key });
      expect(Object.getOwnPropertyDescriptor(stored, name)?.value).toEqual({ isAdmin: true });
      expect(Object.getPrototypeOf(stored)).toBe(Object.prototype);
      expect(stored?.['isAdmin']).toBeUndefined();
    },
  );

  it('gives deep nesting back', async () => {
    const table = await open();
    let deep: Json = 'bottom';
    for (let depth = 0; depth < 500; depth += 1) deep = depth % 2 ? [deep] : { deep };
    const item = { pk: partition(), sk: 'one', deep };
    await table.transact([{ put: item }]);
    expect(await table.get(item)).toEqual(item);
  });

  it('gives any JSON back exactly', async () => {
    const table = await open();
    const pk = partition();
    const attributes = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(attributes, async (any) => {
        const item = { ...JSON.parse(JSON.stringify(any)), pk, sk: 'one' } satisfies Item;
        await table.transact([{ put: item }]);
        expect(JSON.parse(JSON.stringify(await table.get(item)))).toEqual(item);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps items of nearly 400 KB', async () => {
    const table = await open();
    const item = { pk: partition(), sk: 'one', text: 'x'.repeat(195_000), list: ['é'.repeat(97_000)] };
    await table.transact([{ put: item }]);
    expect(await table.get(item)).toEqual(item);
  });

  it('gives many items in the order of the keys, with gaps where there is none', async () => {
    const table = await open();
    const pk = partition();
    const sks = numbered(250);
    await table.putEach(sks.filter((_, index) => index % 3 > 0).map((sk) => ({ pk, sk })));

    const found = await table.batchGet(sks.map((sk) => ({ pk, sk })).reverse());
    const expected = sks.map((sk, index) => (index % 3 > 0 ? { pk, sk } : undefined)).reverse();
    expect(found).toEqual(expected);
  });

  it('gives big items in one batch', async () => {
    const table = await open();
    const items = numbered(60).map((sk) => ({ pk: partition(), sk, text: sk.repeat(60_000) }));
    await table.putEach(items);
    expect(await table.batchGet(items)).toEqual(items);
  });

  it('gives an item as often as it is asked for', async () => {
    const table = await open();
    const item = { pk: partition(), sk: 'one' };
    await table.transact([{ put: item }]);
    expect(await table.batchGet([item, item])).toEqual([item, item]);
  });

  it('gives nothing for no keys', async () => {
    expect(await (await open()).batchGet([])).toEqual([]);
  });

  it('puts any number of items, each on its own', async () => {
    const table = await open();
    const items = numbered(260).map((sk) => ({ pk: partition(), sk, number: Number(sk) }));
    await table.putEach(items);
    expect(await table.batchGet(items)).toEqual(items);
  });

  it('keeps the last of several items that are put with one key', async () => {
    const table = await open();
    const key = { pk: partition(), sk: 'one' };
    await table.putEach([1, 2, 3].map((number) => ({ ...key, number })));
    expect(await table.get(key)).toEqual({ ...key, number: 3 });
  });
}
