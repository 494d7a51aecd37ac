import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openRegistry } from '../../local/registry.ts';
import { registryClient } from '../../shared/http/client.ts';

it('a registry on a table without the ready-made tenants makes them for the people of its credentials file', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'signet-first-start-'));
  await (await openRegistry({ directory, port: 0 })).close();
  for (const ending of ['', '-wal', '-shm']) {
    await rm(path.join(directory, `registry.sqlite${ending}`), { force: true });
  }
  const registry = await openRegistry({ directory, port: 0 });
  const { publisher: credentials } = registry.credentials;
  if (!credentials) throw new Error('expected a publisher');

  expect(await registryClient({ ...registry, credentials }).whoAmI({})).toMatchObject({
    tenants: [{ tenant: 'acme', roles: [{ role: 'publisher' }] }],
  });
  await registry.close();
  await rm(directory, { recursive: true });
});
