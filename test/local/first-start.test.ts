import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRegistry, type RegistryOptions } from '../../local/registry.ts';
import { registryClient } from '../../shared/http/client.ts';
import type { LogEntry } from '../../shared/log.ts';
import { aDirectory } from '../support/directory.ts';
import { dynamoDb } from '../support/dynamodb-table.ts';

const dynamo = await dynamoDb();

/** A registry, what it logged while it started, and what each of its people is in which tenant. */
async function opened(directory: string, options: Partial<RegistryOptions> = {}) {
  const log: LogEntry[] = [];
  const registry = await openRegistry({ directory, port: 0, log: (entry) => log.push(entry), ...options });
  onTestFinished(() => registry.close());
  const refusals = log.flatMap((entry) => (entry.code === 'request.answered' && entry.status >= 400 ? [entry] : []));
  const people = Object.entries(registry.credentials).map(async ([name, credentials]) => {
    const { tenants } = await registryClient({ ...registry, credentials }).whoAmI({});
    return [name, ...tenants.map(({ tenant, roles }) => `${roles[0]?.role} of ${tenant}`)];
  });
  return { registry, refusals, people: await Promise.all(people) };
}

const EVERYBODY = [
  ['admin', 'admin of acme'],
  ['publisher', 'publisher of acme'],
  ['reviewer', 'reviewer of acme'],
  ['releaser', 'releaser of acme'],
  ['reader', 'reader of acme'],
  ['globex-admin', 'admin of globex'],
];

/** A DynamoDB endpoint with no table of a registry: another region is another world to DynamoDB Local. */
async function anEmptyDynamoDb(): Promise<Partial<RegistryOptions>> {
  const { protocol, hostname, port } = (await dynamo.connect().client.config.endpoint?.()) ?? {};
  return { dynamodb: `${protocol}//${hostname}:${port}`, region: `empty-${randomUUID()}` };
}

describe('a registry', () => {
  it.skipIf(dynamo.isMissing)('makes its tenants on another table as well, for the keys that it has', async () => {
    const directory = await aDirectory();
    const first = await opened(directory);
    await first.registry.close();
    const second = await opened(directory, await anEmptyDynamoDb());

    expect(second.people).toEqual(EVERYBODY);
    expect(second.registry.credentials).toEqual(first.registry.credentials);
  });

  it.skipIf(dynamo.isMissing)(
    'asks for the artifacts of a table in DynamoDB where it ran, and nowhere else',
    async () => {
      const directory = await aDirectory();
      const there = await anEmptyDynamoDb();
      const first = await opened(directory, there);
      await first.registry.close();
      await rm(path.join(directory, 'artifacts'), { recursive: true });

      await expect(openRegistry({ directory, port: 0, ...there })).rejects.toThrow(
        'artifacts of this registry are gone',
      );
      expect((await opened(await aDirectory(), there)).people).toEqual(EVERYBODY);
    },
  );

  it('makes its tenants with keys that were there before it', async () => {
    const directory = await aDirectory();
    const first = await opened(directory);
    await first.registry.close();
    const elsewhere = await aDirectory();
    const text = await readFile(first.registry.credentialsFile, 'utf8');
    const [admin = '', , reviewer = ''] = text.split('\n\n');
    await writeFile(path.join(elsewhere, 'credentials'), `${admin}\n\n${reviewer}\n`);
    const second = await opened(elsewhere);

    expect(second.people).toEqual([
      ['admin', 'admin of acme'],
      ['reviewer', 'reviewer of acme'],
    ]);
    expect(second.registry.credentials['admin']).toEqual(first.registry.credentials['admin']);
  });

  it('gives the same people new keys where the old ones are gone, and changes nothing else', async () => {
    const directory = await aDirectory();
    const first = await opened(directory);
    const { admin: credentials } = first.registry.credentials;
    if (!credentials) throw new Error('expected an admin');
    const admin = registryClient({ ...first.registry, credentials });
    await admin.putMember({ principal: 'arn:aws:iam::000000000001:user/reader', roles: [{ role: 'releaser' }] });
    await first.registry.close();
    await rm(first.registry.credentialsFile);
    const second = await opened(directory);

    expect(second.people).toEqual(EVERYBODY.map((one) => (one[0] === 'reader' ? ['reader', 'releaser of acme'] : one)));
    expect(second.registry.credentials['admin']).not.toEqual(credentials);
    expect(second.refusals).toEqual([]);
  });

  it('ends a first start that was interrupted', async () => {
    const directory = await aDirectory();
    const first = await opened(directory);
    const { table } = first.registry;
    await table.transact([
      { remove: { pk: 'T#globex', sk: 'TENANT' } },
      { remove: { pk: 'T#globex', sk: 'E#000000000001' } },
      { remove: { pk: 'T#globex#LOG', sk: 'LOG' } },
      { remove: { pk: 'P#aws:000000000002:user/globex-admin', sk: 'T#globex' } },
      { remove: { pk: 'P#aws:000000000001:user/reader', sk: 'T#acme' } },
    ]);
    await first.registry.close();
    await rm(first.registry.credentialsFile);
    const second = await opened(directory);

    expect(second.people).toEqual(EVERYBODY);
    expect(second.refusals).toEqual([]);
  });
});
