import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoClient, dynamoTable } from '../../shared/store/dynamo-table.ts';
import { ConditionFailed, Contention, Unavailable } from '../../shared/store/table.ts';
import { numbered } from './promises/support.ts';

interface Answer {
  readonly status?: number;
  readonly body: object;
}

/** DynamoDB's side of the wire: what each operation is answered, given its request. */
let answer: (operation: string, request: Request) => Answer | 'hang up' | 'say nothing';
type Request = { readonly [name: string]: never } & { RequestItems: { table: unknown[] & { Keys: unknown[] } } };

const requests: string[] = [];
const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
  requests.push(operation);
  const answered = answer(operation, JSON.parse(text));
  if (answered === 'say nothing') return;
  if (answered === 'hang up') {
    request.socket.destroy();
    return;
  }
  response.writeHead(answered.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(answered.body));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests.length = 0;
});

const connection = {
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};
const tableWith = (config: DynamoDBClientConfig) =>
  dynamoTable({ client: dynamoClient({ ...connection, ...config }), tableName: 'table' });
const table = tableWith({ maxAttempts: 2 });

const fault = (name: string, more: object = {}, status = 400): Answer => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name, ...more },
});
const cancelled = (...codes: string[]) =>
  fault('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });
const key = { pk: 'P', sk: 'one' };
const transact = () => table.transact([{ put: key }, { remove: { pk: 'P', sk: 'two' } }]);

describe('a transaction that DynamoDB cancels', () => {
  it('is a failed condition when any condition failed, with the positions', async () => {
    answer = () => cancelled('TransactionConflict', 'ConditionalCheckFailed');
    await expect(transact()).rejects.toMatchObject({ constructor: ConditionFailed, failed: [1] });
  });

  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is contention when the reason is %s',
    async (code) => {
      answer = () => cancelled('None', code);
      await expect(transact()).rejects.toThrow(Contention);
    },
  );

  it.each(['TransactionInProgressException', 'ThrottlingException', 'ProvisionedThroughputExceededException'])(
    'is contention when it is refused with %s',
    async (name) => {
      answer = () => fault(name);
      await expect(transact()).rejects.toThrow(Contention);
    },
  );

  it.each(['TransactionInProgressException', 'ThrottlingException'])(
    'is contention, and no failed condition, when a first attempt got no answer and the next one meets %s',
    async (name) => {
      answer = () => (requests.length === 1 ? 'hang up' : fault(name));
      await expect(transact()).rejects.toThrow(Contention);
      expect(requests.length).toBeGreaterThan(1);
    },
  );

  it('is a bug when DynamoDB finds it invalid', async () => {
    answer = () => cancelled('None', 'ValidationError');
    await expect(transact()).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    answer = () => fault('ValidationException');
    await expect(transact()).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('DynamoDB out of reach', () => {
  it('is tried again, and then unavailable, when it fails inside', async () => {
    answer = () => fault('InternalServerError', {}, 500);
    await expect(table.get(key)).rejects.toThrow(Unavailable);
    expect(requests.length).toBeGreaterThan(1);
    await expect(transact()).rejects.toThrow(Unavailable);
  });

  it('is unavailable when it hangs up', async () => {
    answer = () => 'hang up';
    await expect(table.query({ pk: 'P', limit: 1 })).rejects.toThrow(Unavailable);
    await expect(transact()).rejects.toThrow(Unavailable);
  });

  it('is unavailable for readers when it asks for patience', async () => {
    answer = () => fault('ProvisionedThroughputExceededException');
    await expect(table.get(key)).rejects.toThrow(Unavailable);
  });

  it('is unavailable when it says nothing for two seconds', async () => {
    answer = () => 'say nothing';
    const begun = performance.now();
    await expect(tableWith({ maxAttempts: 1 }).get(key)).rejects.toThrow(Unavailable);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });

  it('is unavailable when nobody listens', async () => {
    await expect(tableWith({ endpoint: 'http://127.0.0.1:1', maxAttempts: 2 }).get(key)).rejects.toThrow(Unavailable);
  });

  it('is no excuse for a missing grant', async () => {
    answer = () => fault('AccessDeniedException');
    await expect(table.get(key)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('batches that DynamoDB leaves undone', () => {
  const keys = numbered(7).map((sk) => ({ pk: 'P', sk }));

  it('are asked for again until all items are there', async () => {
    answer = (_, { RequestItems }) => {
      const [first, ...rest] = RequestItems.table.Keys;
      return { body: { Responses: { table: [first] }, UnprocessedKeys: rest.length ? { table: { Keys: rest } } : {} } };
    };
    expect(await table.batchGet(keys)).toEqual(keys);
    expect(requests).toHaveLength(7);
  });

  it('are written again until all items are', async () => {
    const written: unknown[] = [];
    answer = (_, { RequestItems }) => {
      const [first, ...rest] = RequestItems.table;
      written.push(first);
      return { body: { UnprocessedItems: rest.length ? { table: rest } : {} } };
    };
    await table.putEach(keys);
    expect(written).toHaveLength(7);
  });

  it('are given up in the end', async () => {
    answer = (_, { RequestItems }) => ({ body: { UnprocessedItems: RequestItems } });
    await expect(table.putEach(keys)).rejects.toThrow(Unavailable);
  });
});
