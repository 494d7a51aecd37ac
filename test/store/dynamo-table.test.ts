import { describe } from 'vitest';
import { dynamoTable } from '../../shared/store/dynamo-table.ts';
import { dynamoDb } from '../support/dynamodb-table.ts';
import { aTableThatKeepsThePromises } from './table-promises.ts';

const local = await dynamoDb();

describe.skipIf(local.isMissing)('on DynamoDB Local', () => {
  aTableThatKeepsThePromises('DynamoDB', async () => dynamoTable(local.connect()));
});
