import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';

/** Where the run's DynamoDB Local is, or why there is none. */
export type DynamoDbLocal = { readonly endpoint: string; readonly tableName: string } | { readonly missing: string };

/** The run's DynamoDB Local. Where it is missing, tests of it are to be skipped, and the run says so at its end. */
export interface DynamoDb {
  readonly isMissing: boolean;
  /** The one table of the run. All tests share it: each uses tenants or partitions of its own. */
  connect(): { readonly client: DynamoDBClient; readonly tableName: string };
}

/** DynamoDB Local, which starts when it is first asked for. */
export async function dynamoDb(): Promise<DynamoDb> {
  const response = await fetch(inject('dynamoDbLauncher'));
  const local = (await response.json()) as DynamoDbLocal;
  if ('missing' in local) {
    const connect = () => {
      throw new Error(local.missing);
    };
    return { isMissing: true, connect };
  }
  const connection = { client: localClient(local.endpoint), tableName: local.tableName };
  return { isMissing: false, connect: () => connection };
}

export const localClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
