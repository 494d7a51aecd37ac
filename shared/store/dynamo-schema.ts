import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { INDEXES } from './table.ts';

/** The table's keys, all of them texts, as the stack and every other maker of a table declare them. */
export const SCHEMA = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Each projects whole items. */
  indexes: INDEXES.map((name) => ({ name, partitionKey: `${name}pk`, sortKey: `${name}sk` })),
  /** Seconds since 1970, after which DynamoDB may delete the item. */
  timeToLive: 'expiresAt',
} as const;

/** What makes the table on any DynamoDB endpoint. */
export function createTableInput(tableName: string): CreateTableCommandInput {
  const keys = [SCHEMA, ...SCHEMA.indexes];
  const keySchema = ({ partitionKey, sortKey }: (typeof keys)[number]) => [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys
      .flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey])
      .map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: keySchema(SCHEMA),
    GlobalSecondaryIndexes: SCHEMA.indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index),
      Projection: { ProjectionType: 'ALL' },
    })),
  };
}
