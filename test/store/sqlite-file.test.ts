import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { TableDamaged, TableLocked } from '../../shared/store/sqlite-file.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { allOf, numbered, sksOf } from './promises/support.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-table-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => {
  files += 1;
  return join(folder, `${files}.db`);
};

/** A closed file with so many items, of some 600 bytes each. */
async function fileOf(count: number): Promise<string> {
  const file = newFile();
  const table = sqliteTable({ file });
  await table.putEach(numbered(count).map((sk) => ({ pk: 'P', sk, text: 'x'.repeat(500), gsi1pk: 'L', gsi1sk: sk })));
  await table.close();
  return file;
}

/** Changes a file as no table would. */
function tamper(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const content = readFileSync(file);
  bytes.copy(content, at);
  writeFileSync(file, content);
}

describe('a table in a file', () => {
  it('has everything after it was closed and opened', async () => {
    const table = sqliteTable({ file: await fileOf(300) });
    expect(sksOf(await allOf(table, { pk: 'P', limit: 1_000 }))).toEqual(numbered(300));
    expect(sksOf(await allOf(table, { index: 'gsi1', pk: 'L', limit: 1_000 }))).toEqual(numbered(300));
    await table.close();
  });

  it('is one file when it is closed', async () => {
    const file = await fileOf(10);
    expect(readdirSync(folder).filter((name) => name.startsWith(basename(file)))).toEqual([basename(file)]);
  });

  it('ends what was begun when it is closed', async () => {
    const file = newFile();
    const table = sqliteTable({ file });
    const written = table.transact([{ put: { pk: 'P', sk: 'late' } }]);
    await table.close();
    await written;
    const again = sqliteTable({ file });
    expect(await again.get({ pk: 'P', sk: 'late' })).toBeDefined();
    await again.close();
  });

  it('refuses writes and reads once it is closed', async () => {
    const table = sqliteTable({ file: ':memory:' });
    await table.close();
    const key = { pk: 'P', sk: 'one' };
    await expect(table.transact([{ put: key }])).rejects.toThrow();
    await expect(table.get(key)).rejects.toThrow();
  });
});

describe('a table in a file that is in use', () => {
  it('does not open again in the same process', async () => {
    const file = newFile();
    const table = sqliteTable({ file });
    expect(() => sqliteTable({ file })).toThrow(TableLocked);
    await table.transact([{ put: { pk: 'P', sk: 'one' } }]);
    await table.close();
    await sqliteTable({ file }).close();
  });

  it('does not open in another process, which is told why', async () => {
    const file = newFile();
    const table = sqliteTable({ file });
    const writer = new URL('./sqlite-writer.ts', import.meta.url).pathname;
    const { status, stderr } = spawnSync(process.execPath, [writer, file], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain(`TableLocked: ${file} is in use by another process`);
    await table.close();
  });
});

describe('a damaged file', () => {
  it.each<[string, (file: string) => void]>([
    ['is text', (file) => writeFileSync(file, 'Not a database at all. '.repeat(400))],
    ['lost its end', (file) => truncateSync(file, statSync(file).size / 2)],
    ['lost all but its first bytes', (file) => truncateSync(file, 1_000)],
    ['has noise for a head', (file) => overwrite(file, 0, Buffer.alloc(100, 0xa5))],
    ['has noise in the middle', (file) => overwrite(file, 4_096 * 20, Buffer.alloc(4_096, 0xa5))],
    ['has zeroes in the middle', (file) => overwrite(file, 4_096 * 30, Buffer.alloc(4_096))],
    ['is of a later release', (file) => tamper(file, 'PRAGMA user_version = 2')],
  ])('does not open when it %s', async (_, damage) => {
    const file = await fileOf(500);
    damage(file);
    expect(() => sqliteTable({ file })).toThrow(TableDamaged);
    expect(() => sqliteTable({ file })).toThrow(file);
  });

  it('does not open when it is the database of another program, and stays as it was', async () => {
    const file = newFile();
    tamper(file, 'CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES (1)');
    const before = readFileSync(file);
    expect(() => sqliteTable({ file })).toThrow(/of another program/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('opens when it is empty, as a new one', async () => {
    const file = newFile();
    writeFileSync(file, '');
    const table = sqliteTable({ file });
    expect(await table.query({ pk: 'P', limit: 1 })).toEqual({ items: [] });
    await table.close();
  });

  it('opens when it lost an index, and makes it again', async () => {
    const file = await fileOf(100);
    tamper(file, 'DROP INDEX gsi1');
    const table = sqliteTable({ file });
    expect(sksOf(await allOf(table, { index: 'gsi1', pk: 'L', limit: 1_000 }))).toEqual(numbered(100));
    await table.close();
  });

  it('says so when it finds out while it reads', async () => {
    const file = await fileOf(3);
    tamper(file, `UPDATE items SET body = '{"pk": "P",' WHERE sk = '000001'`);
    const table = sqliteTable({ file });
    await expect(table.get({ pk: 'P', sk: '000001' })).rejects.toThrow(TableDamaged);
    await expect(table.query({ pk: 'P', limit: 5 })).rejects.toThrow(TableDamaged);
    expect(await table.get({ pk: 'P', sk: '000002' })).toBeDefined();
    await table.close();
  });
});

describe('a file of 300 MB', () => {
  const big = async () => {
    const file = newFile();
    await sqliteTable({ file }).close();
    tamper(
      file,
      `PRAGMA synchronous = OFF;
       INSERT INTO items (pk, sk, body)
       SELECT 'P', format('%06d', value), json_object('pk', 'P', 'sk', format('%06d', value), 'text', hex(zeroblob(50000)))
       FROM (WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n LIMIT 3000) SELECT value FROM n)`,
    );
    return file;
  };

  it('opens without being read whole: damage in the middle shows when it is read', async () => {
    const file = await big();
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(4_096, 0xa5), 0, 4_096, 4_096 * 40_000);
    closeSync(handle);

    const table = sqliteTable({ file });
    expect(sksOf((await table.query({ pk: 'P', limit: 1, order: 'descending' })).items)).toEqual(['002999']);
    await expect(allOf(table, { pk: 'P', limit: 10 })).rejects.toThrow(TableDamaged);
    await table.close();
  });

  it('does not open when its end is gone', async () => {
    const file = await big();
    truncateSync(file, statSync(file).size - 4_096);
    expect(() => sqliteTable({ file })).toThrow(TableDamaged);
  });
});
