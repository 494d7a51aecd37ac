import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type ConsumedCapacity,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { inBatches } from './dynamo-batch.ts';
import { readError, transactionError } from './dynamo-errors.ts';
import { type Attributes, fromAttributes } from './dynamo-item.ts';
import { isEmptyRange, queryInput } from './dynamo-query.ts';
import { keyOf, putAttributes, transactItems } from './dynamo-write.ts';
import type { Item, Key, Page, Query, Table, Write } from './table.ts';
import { checkKey, checkQuery, keyText, positionOf } from './table-limits.ts';

export interface DynamoTableOptions {
  /** The plain client: items need no marshalling but that of `dynamo-item.ts`. */
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Told what each request consumed, indexes included. Without it the database is not asked. */
  readonly onCapacity?: OnCapacity;
}

/** In DynamoDB's read and write units. */
export type OnCapacity = (consumed: { readonly readUnits: number; readonly writeUnits: number }) => void;

/** A client that gives up before the function that waits for it does: after three attempts of two seconds each. */
export const dynamoClient = (config: DynamoDBClientConfig): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
    ...config,
  });

const GETS_MAX = 100;
const PUTS_MAX = 25;

/** The table on AWS, made as `dynamo-schema.ts` says. */
export function dynamoTable({ client, tableName: TableName, onCapacity }: DynamoTableOptions): Table {
  const metered = onCapacity && ({ ReturnConsumedCapacity: 'INDEXES' } as const);
  const meter = (kind: 'readUnits' | 'writeUnits', consumed: ConsumedCapacity | ConsumedCapacity[] | undefined) => {
    const units = [consumed ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    onCapacity?.({ readUnits: 0, writeUnits: 0, [kind]: units });
  };

  async function get(key: Key): Promise<Item | undefined> {
    checkKey(key);
    const input = { TableName, Key: keyOf(key), ConsistentRead: true, ...metered };
    const { Item, ConsumedCapacity } = await client.send(new GetItemCommand(input));
    meter('readUnits', ConsumedCapacity);
    return Item && fromAttributes(Item);
  }

  async function batchGet(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    for (const key of keys) checkKey(key);
    const found = new Map<string, Item>();
    const each = new Map(keys.map((key) => [keyText(key), keyOf(key)]));
    await inBatches([...each.values()], GETS_MAX, async (Keys: Attributes[]) => {
      const RequestItems = { [TableName]: { Keys, ConsistentRead: true } };
      const answer = await client.send(new BatchGetItemCommand({ RequestItems, ...metered }));
      meter('readUnits', answer.ConsumedCapacity);
      for (const item of (answer.Responses?.[TableName] ?? []).map(fromAttributes)) found.set(keyText(item), item);
      return answer.UnprocessedKeys?.[TableName]?.Keys ?? [];
    });
    return keys.map((key) => found.get(keyText(key)));
  }

  async function query(query: Query): Promise<Page> {
    checkQuery(query);
    if (isEmptyRange(query)) return { items: [] };
    const {
      Items = [],
      LastEvaluatedKey,
      ConsumedCapacity,
    } = await client.send(new QueryCommand({ ...queryInput(TableName, query), ...metered }));
    meter('readUnits', ConsumedCapacity);
    const items = Items.map(fromAttributes);
    const last = items[query.limit - 1];
    if (last && items.length > query.limit) {
      return { items: items.slice(0, -1), next: positionOf(last, query.index) };
    }
    return { items, ...(LastEvaluatedKey && { next: positionOf(fromAttributes(LastEvaluatedKey), query.index) }) };
  }

  async function transact(writes: readonly Write[]): Promise<void> {
    if (writes.length === 0) return;
    const input = { TransactItems: transactItems(TableName, writes), ...metered };
    const { ConsumedCapacity } = await client.send(new TransactWriteItemsCommand(input));
    meter('writeUnits', ConsumedCapacity);
  }

  async function putEach(items: readonly Item[]): Promise<void> {
    const each = new Map(items.map((item) => [keyText(item), putAttributes(item)]));
    const puts = [...each.values()].map((Item) => ({ PutRequest: { Item } }));
    await inBatches(puts, PUTS_MAX, async (batch) => {
      const { UnprocessedItems, ConsumedCapacity } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [TableName]: batch }, ...metered }),
      );
      meter('writeUnits', ConsumedCapacity);
      return (UnprocessedItems?.[TableName] ?? []) as typeof batch;
    });
  }

  return {
    get: (key) => named(readError, get(key)),
    batchGet: (keys) => named(readError, batchGet(keys)),
    query: (asked) => named(readError, query(asked)),
    transact: (writes) => named(transactionError, transact(writes)),
    putEach: (items) => named(readError, putEach(items)),
  };
}

async function named<T>(nameOf: (error: unknown) => unknown, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw nameOf(error);
  }
}
