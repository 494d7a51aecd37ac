import { afterAll } from 'vitest';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { aTableThatKeepsThePromises } from './table-promises.ts';

const table = sqliteTable({ file: ':memory:' });
afterAll(() => table.close());

aTableThatKeepsThePromises('SQLite', async () => table);
