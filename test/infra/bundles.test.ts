import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bundleFunctions, functionRows, type RowName } from '../../infra/bundles.ts';
import { facadeRows } from '../../shared/contract/facade.ts';
import { isPaged, type Operation } from '../../shared/contract/operation.ts';
import { type OperationName, operations, rows } from '../../shared/contract/operations.ts';
import type { DynamoDbLocal } from '../support/dynamodb-table.ts';
import { kms } from './kms.ts';

const KB = 1024;
const BYTES_MAX = 410 * KB;
/** The S3 client with its presigner is some 135 KB, of which no single thing is much: docs/decisions/0001. */
const BYTES_MAX_WITH_ARTIFACTS = 530 * KB;

const folder = mkdtempSync(join(tmpdir(), 'signet-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bundles = bundleFunctions(folder);

describe.each(facadeRows)('the bundle of the facade %s', (name, { needs }) => {
  it('is small, though it holds what many operations hold', () => {
    expect(statSync(join(bundles[name], 'index.mjs')).size).toBeLessThanOrEqual(BYTES_MAX_WITH_ARTIFACTS);
  });

  it('has the S3 client when the row needs artifacts, and only then', () => {
    const { sources } = JSON.parse(readFileSync(join(bundles[name], 'index.mjs.map'), 'utf8')) as { sources: string[] };

    expect(sources.some((source) => source.includes('/@aws-sdk/client-s3/'))).toBe(
      needs.some((need) => need.startsWith('artifacts:')),
    );
  });
});

describe.each(rows)('the bundle of %s', (name, operation) => {
  const needsArtifacts = operation.needs.some((need) => need.startsWith('artifacts:'));
  const map: { sources: string[]; sourcesContent?: string[] } = JSON.parse(
    readFileSync(join(bundles[name], 'index.mjs.map'), 'utf8'),
  );
  const has = (path: string) => map.sources.some((source) => source.includes(path));

  it('is small', () => {
    const { size } = statSync(join(bundles[name], 'index.mjs'));

    expect(size).toBeLessThanOrEqual(needsArtifacts ? BYTES_MAX_WITH_ARTIFACTS : BYTES_MAX);
  });

  it('imports nothing later that it holds, so that nothing is read twice at the start', () => {
    const code = readFileSync(join(bundles[name], 'index.mjs'), 'utf8');

    expect(code).not.toMatch(/Promise\.resolve\(\)\.then\(\(\)=>/);
  });

  it('has the S3 client when the row needs artifacts, and only then', () => {
    expect(has('/@aws-sdk/client-s3/')).toBe(needsArtifacts);
  });

  it('has the client that makes keys when the row is paged, seals secrets or signs tokens, and only then', () => {
    expect(has('/@aws-sdk/client-kms/')).toBe(
      isPaged(operation) || operation.needs.some((need) => need === 'webhooks:secrets' || need === 'tokens:sign'),
    );
  });

  it('has nothing that finds out about browsers, and no text of a source beside the map', () => {
    expect(has('/bowser/')).toBe(false);
    expect(map).not.toHaveProperty('sourcesContent');
  });

  it('has no embedded database, command line or test in it', () => {
    expect(map.sources.filter((source) => /\/(local|cli|test|demo)\/|sqlite|\/infra\//.test(source))).toEqual([]);
  });
});

it('every bundle loads with nothing beside it', () => {
  const urls = functionRows.map(([name]) => urlOf(name));
  const loading = 'for (const url of process.argv.slice(1)) console.log(typeof (await import(url)).handler)';

  expect(inPlainNode(loading, ...urls)).toEqual(functionRows.map(() => 'function'));
});

it('the bundle of a function logs a bug with its place in the sources', () => {
  // API Gateway always says who calls.
  const event = { requestContext: { requestId: 'request-1' } };
  const calling = `
    const { handler } = await import(process.argv[1]);
    await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 10_000 });
  `;
  const [failed] = inPlainNode(calling, urlOf('whoAmI')).map((line) => JSON.parse(line));

  expect(failed).toMatchObject({ code: 'request.failed', requestId: 'request-1' });
  const [message, first, second] = failed.error.stack.split('\n    at ');
  expect(message).toBe("TypeError: Cannot read properties of undefined (reading 'userArn')");
  expect(first).toMatch(/[ (/]shared\/aws\/services\.ts:\d+:\d+\)$/);
  expect(second).toMatch(/[ (/]shared\/http\/respond\.ts:\d+:\d+\)$/);
  expect(failed.error.stack).not.toContain('index.mjs');
});

/** The lines that code prints in a process of its own: the tests themselves run with maps of all sources. */
const inPlainNode = (code: string, ...args: readonly string[]): string[] =>
  execFileSync(process.execPath, ['--input-type=module', '--eval', code, ...args], {
    encoding: 'utf8',
    env: { AWS_REGION: 'us-east-1', TABLE_NAME: 'none' },
  })
    .trimEnd()
    .split('\n');

const local = (await (await fetch(inject('dynamoDbLauncher'))).json()) as DynamoDbLocal;
const keys = await kms();
afterAll(keys.close);

describe.skipIf('missing' in local)('the bundles, called as Lambda calls them', () => {
  beforeAll(() => {
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_KMS: keys.endpoint,
      CURSOR_KEY: 'cursors',
      DEPLOYMENT_ADMINS: 'arn:aws:iam::111122223333:role/Platform',
      ...('endpoint' in local && { AWS_ENDPOINT_URL_DYNAMODB: local.endpoint, TABLE_NAME: local.tableName }),
    });
  });

  it('create a tenant and models, and page through them', async () => {
    const tenant = `bundled-${Date.now().toString(36)}`;

    const roles = [{ role: 'admin' }, { role: 'publisher' }];
    expect(await call('createTenant', { body: { tenant } })).toMatchObject({ statusCode: 201 });
    expect(await call('putMember', { body: { principal: PLATFORM, roles }, tenant })).toMatchObject({
      statusCode: 200,
    });
    for (const model of ['one', 'two']) {
      expect(await call('createModel', { body: { model }, tenant })).toMatchObject({ statusCode: 201 });
    }
    const first = await call('listModels', { query: { limit: '1' }, tenant });
    const second = await call('listModels', { query: { limit: '1', cursor: first.body.cursor }, tenant });

    expect(first.body.items).toMatchObject([{ name: 'one' }]);
    expect(second.body.items).toMatchObject([{ name: 'two' }]);
  });

  it('stream where the row says so, with status and headers before the first line', async () => {
    const tenant = `streamed-${Date.now().toString(36)}`;
    await call('createTenant', { body: { tenant } });

    const { metadata, text } = await streamOf('exportEvents', { tenant });
    const lines = text.trimEnd().split('\n');

    expect(metadata).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/jsonl' } });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { type: 'tenant.created', tenant, seq: 1 },
      { type: 'export.completed', events: 1 },
    ]);
  });

  it('refuse a caller whom nobody knows', async () => {
    expect(await call('whoAmI', {}, '')).toMatchObject({ statusCode: 401, body: { code: 'caller.unknown' } });
  });
});

interface Call {
  readonly body?: object;
  readonly query?: Readonly<Record<string, string>>;
  readonly tenant?: string;
}

interface Answer {
  readonly statusCode: number;
  readonly body: { readonly cursor: string; readonly items: readonly object[] };
}

const PLATFORM = 'arn:aws:sts::111122223333:assumed-role/Platform/ann';

/** Calls the handler of a bundle with the event of API Gateway. */
async function call(name: OperationName, asked: Call, userArn = PLATFORM): Promise<Answer> {
  const handler = await handlerOf(name);
  const answer = await handler(eventOf(operations[name], asked, userArn), CONTEXT);
  return { ...answer, body: JSON.parse(answer.body) };
}

/** Calls the handler of a bundle that streams, with what Lambda's runtime has for such handlers. */
async function streamOf(name: OperationName, asked: Call) {
  let metadata: unknown;
  const HttpResponseStream = {
    from: (stream: PassThrough, prelude: unknown) => {
      metadata = prelude;
      return stream;
    },
  };
  Object.assign(globalThis, { awslambda: { streamifyResponse: (handler: unknown) => handler, HttpResponseStream } });
  const handler = await handlerOf(name);
  const stream = new PassThrough();
  const [received] = await Promise.all([
    text(stream),
    handler(eventOf(operations[name], asked, PLATFORM), stream, CONTEXT),
  ]);
  return { metadata, text: received };
}

const CONTEXT = { getRemainingTimeInMillis: () => 10_000 };

const urlOf = (name: RowName): string => pathToFileURL(join(bundles[name], 'index.mjs')).href;

const handlerOf = async (name: OperationName) => (await import(urlOf(name))).handler;

const eventOf = ({ method, path }: Operation, { body, query = {}, tenant }: Call, userArn: string) => ({
  httpMethod: method,
  path,
  headers: tenant === undefined ? {} : { 'X-Signet-Tenant': tenant },
  multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([key, value]) => [key, [value]])),
  pathParameters: null,
  body: body ? JSON.stringify(body) : null,
  isBase64Encoded: false,
  requestContext: { requestId: 'request-1', identity: { userArn } },
});
