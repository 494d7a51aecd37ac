import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { dynamoTable } from '../../shared/store/dynamo-table.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import type { Table } from '../../shared/store/table.ts';
import { dynamoDb } from '../support/dynamodb-table.ts';
import { everyKeyIn, type Operation, type Outcome, operationsIn, outcomeOf, transactionsIn } from './operations.ts';
import { partition } from './promises/support.ts';
import { serialRaces } from './serial-order.ts';

const SEQUENCES = 300;
const RACES = 100;

const local = await dynamoDb();

describe.skipIf(local.isMissing)('SQLite and DynamoDB', () => {
  const sqlite = sqliteTable({ file: ':memory:' });
  afterAll(() => sqlite.close());

  /** Operations that are begun together, each in a partition of its own, one step after the other. */
  const steps = fc.array(fc.tuple(...['A', 'B', 'C'].map((pk) => fc.option(operationsIn(pk), { nil: undefined }))), {
    minLength: 3,
    maxLength: 10,
  });

  it(`agree on every answer to ${SEQUENCES} sequences of operations, begun one by one and together`, async () => {
    const dynamo = dynamoTable(local.connect());
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const root = partition();
        for (const step of sequence) {
          const operations = step.filter((operation) => operation !== undefined).map((one) => placed(one, root));
          const [here, there] = await Promise.all([sqlite, dynamo].map((table) => together(table, operations)));
          expect(there).toEqual(here);
        }
      }),
      { numRuns: SEQUENCES },
    );
  }, 120_000);

  const races = fc.record({
    before: fc.array(transactionsIn('A'), { maxLength: 3 }),
    racing: fc.array(transactionsIn('A'), { minLength: 2, maxLength: 4 }),
  });

  it(`explain ${RACES} races for the same items by an order of the transactions, both of them`, async () => {
    const dynamo = dynamoTable(local.connect());
    await fc.assert(
      fc.asyncProperty(races, async (race) => {
        const root = partition();
        const { before, racing } = placed(race, root);
        const keys = placed(everyKeyIn('A'), root);
        for (const table of [sqlite, dynamo]) {
          for (const transact of before) await outcomeOf(table, { transact });
          const start = await table.batchGet(keys);
          const outcomes = await together(
            table,
            racing.map((transact) => ({ transact })),
          );
          const end = await table.batchGet(keys);
          expect(serialRaces(keys, start, racing, contendedIn(outcomes))).toContainEqual({ outcomes, end });
        }
      }),
      { numRuns: RACES },
    );
  }, 60_000);
});

const together = (table: Table, operations: readonly Operation[]): Promise<Outcome[]> =>
  Promise.all(operations.map((operation) => outcomeOf(table, operation)));

const contendedIn = (outcomes: readonly Outcome[]): number[] =>
  outcomes.flatMap((outcome, position) => ('failure' in outcome && outcome.failure === 'Contention' ? [position] : []));

/** The same with all partitions, those of the indexes too, under a root of their own. */
function placed<T>(value: T, root: string): T {
  const place = (name: string, inner: unknown) => (name.endsWith('pk') ? `${root}#${inner}` : inner);
  return JSON.parse(JSON.stringify(value, place));
}
