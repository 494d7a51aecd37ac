import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { createTableInput } from '../shared/store/dynamo-schema.ts';
import { dynamoClient } from '../shared/store/dynamo-table.ts';
import { Unavailable } from '../shared/store/table.ts';

const SECONDS_MAX = 60;

/** A client of a DynamoDB endpoint, where the table is made if it is not there. @throws {Unavailable} */
export async function connect(endpoint: string, region: string, tableName: string): Promise<DynamoDBClient> {
  // Others than AWS take any keys.
  const keys = { accessKeyId: 'local', secretAccessKey: 'local' };
  const isAws = new URL(endpoint).hostname.endsWith('.amazonaws.com');
  const client = dynamoClient({ endpoint, region, ...(!isAws && { credentials: keys }) });
  try {
    await makeTable(client, tableName);
    return client;
  } catch (error) {
    client.destroy();
    const why = error instanceof Error ? error.message || error.name : String(error);
    throw new Unavailable(`DynamoDB at ${endpoint} cannot be used: ${why}`, { cause: error });
  }
}

async function makeTable(client: DynamoDBClient, tableName: string): Promise<void> {
  await client.send(new CreateTableCommand(createTableInput(tableName))).catch((error: unknown) => {
    if (!(error instanceof ResourceInUseException)) throw error;
  });
  await waitUntilTableExists({ client, maxWaitTime: SECONDS_MAX, minDelay: 1 }, { TableName: tableName });
}
