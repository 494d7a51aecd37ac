import { describe, expect, it } from 'vitest';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';

describe('an item that was read lately', () => {
  const key = { pk: 'T#acme', sk: 'A' };

  it('is the same to all readers, and nobody can change it for the others', async () => {
    await using table = opened();
    await table.putEach([{ ...key, tags: { team: 'fraud' } }]);
    const [item, again] = [await table.get(key), await table.get(key)];
    const tags = item?.['tags'] as Record<string, string>;

    expect(again).toBe(item);
    expect(() => {
      tags['team'] = 'churn';
    }).toThrow(TypeError);
  });

  it('is read anew once it was written', async () => {
    await using table = opened();
    await table.putEach([{ ...key, count: 1 }]);
    await table.get(key);
    await table.putEach([{ ...key, count: 2 }]);

    expect(await table.get(key)).toEqual({ ...key, count: 2 });
    expect((await table.query({ pk: key.pk, limit: 1 })).items).toEqual([{ ...key, count: 2 }]);
  });

  it('is not changed by whoever wrote it and goes on using what it wrote', async () => {
    await using table = opened();
    const written = { ...key, tags: { team: 'fraud' } };
    await table.putEach([written]);
    written.tags.team = 'churn';

    expect(await table.get(key)).toEqual({ ...key, tags: { team: 'fraud' } });
  });
});

function opened() {
  const table = sqliteTable({ file: ':memory:' });
  return Object.assign(table, { [Symbol.asyncDispose]: () => table.close() });
}
