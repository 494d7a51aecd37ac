import { describe } from 'vitest';
import type { Table } from '../../shared/store/table.ts';
import { commitPromises } from './promises/commits.ts';
import { conditionPromises } from './promises/conditions.ts';
import { indexPromises } from './promises/indexes.ts';
import { itemPromises } from './promises/items.ts';
import { limitPromises } from './promises/limits.ts';
import { queryPromises } from './promises/queries.ts';
import { transactionPromises } from './promises/transactions.ts';

/** Gives a table, new or shared: no test looks at a partition of another. */
export type Open = () => Promise<Table>;

/** What every table must do. Each adapter runs it. */
export function aTableThatKeepsThePromises(name: string, open: Open): void {
  describe(name, () => {
    describe('items', () => itemPromises(open));
    describe('conditions', () => conditionPromises(open));
    describe('transactions', () => transactionPromises(open));
    describe('queries', () => queryPromises(open));
    describe('indexes', () => indexPromises(open));
    describe('limits', () => limitPromises(open));
    describe('changes', () => commitPromises(open));
  });
}
