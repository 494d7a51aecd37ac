import { expect, it } from 'vitest';
import { type Condition, ConditionFailed } from '../../../shared/store/table.ts';
import type { Open } from '../table-promises.ts';
import { partition } from './support.ts';

export function conditionPromises(open: Open): void {
  const item = () => ({ pk: partition(), sk: 'one', revision: 3, state: 'ready', open: false, ratio: 1, tags: ['a'] });

  it('creates only what is absent', async () => {
    const table = await open();
    const first = item();
    await table.transact([{ put: first, if: { absent: true } }]);
    await expect(table.transact([{ put: { ...first, state: 'late' }, if: { absent: true } }])).rejects.toThrow(
      ConditionFailed,
    );
    expect(await table.get(first)).toEqual(first);
  });

  it('creates again what was removed', async () => {
    const table = await open();
    const first = item();
    await table.transact([{ put: first, if: { absent: true } }]);
    await table.transact([{ remove: first, if: { equals: { revision: 3 } } }]);
    await table.transact([{ put: { ...first, revision: 1 }, if: { absent: true } }]);
    expect(await table.get(first)).toMatchObject({ revision: 1 });
  });

  const holds: Record<string, Record<string, string | number | boolean>> = {
    'a number': { revision: 3 },
    'a text': { state: 'ready' },
    'a truth value': { open: false },
    'several attributes': { revision: 3, state: 'ready', open: false },
    'no attribute: it is there': {},
    'its own key': { sk: 'one' },
  };
  it.each(Object.entries(holds))('writes when the item has %s', async (_, equals) => {
    const table = await open();
    const before = item();
    await table.transact([{ put: before }]);
    await table.transact([{ put: { ...before, revision: 4 }, if: { equals } }]);
    expect(await table.get(before)).toMatchObject({ revision: 4 });
  });

  const fails: Record<string, Record<string, string | number | boolean>> = {
    'has another number': { revision: 2 },
    'has another text': { state: 'Ready' },
    'has another truth value': { open: true },
    'has a number where a text is asked for': { revision: '3' },
    'has a number where a truth value is asked for': { ratio: true },
    'has a truth value where a number is asked for': { open: 0 },
    'has a truth value where a text is asked for': { open: 'false' },
    'has a list where a text is asked for': { tags: 'a' },
    'lacks the attribute': { owner: 'me' },
    'lacks an attribute that every object has': { toString: 'me' },
    'has only one of two': { revision: 3, state: 'gone' },
  };
  it.each(Object.entries(fails))('refuses when the item %s', async (_, equals) => {
    const table = await open();
    const before = item();
    await table.transact([{ put: before }]);
    await expect(table.transact([{ put: { ...before, revision: 4 }, if: { equals } }])).rejects.toThrow(
      ConditionFailed,
    );
    expect(await table.get(before)).toEqual(before);
  });

  it('tells apart an absent item from one without attributes', async () => {
    const table = await open();
    const key = { pk: partition(), sk: 'one' };
    await expect(table.transact([{ check: key, if: { equals: {} } }])).rejects.toThrow(ConditionFailed);
    await table.transact([{ put: key }]);
    await expect(table.transact([{ check: key, if: { equals: {} } }])).resolves.toBeUndefined();
  });

  it.each<Condition>([{ absent: true }, { equals: { revision: 3 } }])(
    'checks %j of an item without writing it',
    async (condition) => {
      const table = await open();
      const [checked, other] = [item(), item()];
      const present = { put: checked };
      if ('equals' in condition) await table.transact([present]);
      await table.transact([{ put: other }, { check: checked, if: condition }]);
      expect(await table.get(other)).toEqual(other);
      expect(await table.get(checked)).toEqual('equals' in condition ? checked : undefined);
    },
  );

  it('removes only what is as expected', async () => {
    const table = await open();
    const before = item();
    await table.transact([{ put: before }]);
    await expect(table.transact([{ remove: before, if: { equals: { revision: 2 } } }])).rejects.toThrow(
      ConditionFailed,
    );
    expect(await table.get(before)).toEqual(before);
    await table.transact([{ remove: before, if: { equals: { revision: 3 } } }]);
    expect(await table.get(before)).toBeUndefined();
  });

  it('compares texts of any kind', async () => {
    const table = await open();
    for (const text of ['', 'é', '\u{1F600}', '\u0000', '"', '1']) {
      const before = { ...item(), text };
      await table.transact([{ put: before }]);
      await table.transact([{ check: before, if: { equals: { text } } }]);
      await expect(table.transact([{ check: before, if: { equals: { text: `${text} ` } } }])).rejects.toThrow();
    }
  });

  it('compares the biggest whole numbers exactly', async () => {
    const table = await open();
    const before = { ...item(), number: 2 ** 53 - 1 };
    await table.transact([{ put: before }]);
    await table.transact([{ check: before, if: { equals: { number: 2 ** 53 - 1 } } }]);
    await expect(table.transact([{ check: before, if: { equals: { number: 2 ** 53 - 2 } } }])).rejects.toThrow();
  });

  it('compares attributes of any name', async () => {
    const table = await open();
    for (const name of ['name', 'a.b', 'a-b', '#a', ':a', 'size', 'body', 'x'.repeat(80), 'é', ' ']) {
      const before = { ...item(), [name]: 1 };
      await table.transact([{ put: before }]);
      await table.transact([{ check: before, if: { equals: { [name]: 1 } } }]);
      await expect(table.transact([{ check: before, if: { equals: { [name]: 2 } } }])).rejects.toThrow();
    }
  });
}
