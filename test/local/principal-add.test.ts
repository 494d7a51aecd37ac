import { readFile, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { addPrincipal } from '../../local/add-principal.ts';
import { readCredentials } from '../../local/principals.ts';
import { registryClient } from '../../shared/http/client.ts';
import { aRegistry } from '../cli/registry.ts';
import { start } from '../support/registry-process.ts';

describe('principal add', () => {
  it('prints a command that makes a member of whoever was added', async () => {
    await using world = await aRegistry();
    const text = await addPrincipal({ name: 'ann', directory: world.data });
    const [, words = ''] = /^ {2}npx signet (.+)$/m.exec(text) ?? [];
    expect(await world.as('reader', ...words.split(' '))).toMatchObject({ code: 0 });

    const { ann: credentials } = (await readCredentials(world.registry.credentialsFile)) ?? {};
    if (!credentials) throw new Error('expected keys for ann');
    expect(await registryClient({ ...world.registry, credentials }).whoAmI({})).toMatchObject({
      tenants: [{ tenant: 'acme', roles: [{ role: 'publisher' }] }],
    });
  });

  it('loses nobody of those who are added at once, in one process or in several', async () => {
    await using world = await aRegistry();
    const before = Object.keys(world.registry.credentials);
    const names = Array.from({ length: 8 }, (_, index) => `p${index}`);
    const processes = names.slice(0, 4).map((name) => start(['principal', 'add', name, '--directory', world.data]));
    await Promise.all([
      ...processes.map(async ({ ended }) => expect(await ended).toMatchObject({ code: 0 })),
      ...names.slice(4).map((name) => addPrincipal({ name, directory: world.data })),
    ]);

    const there = Object.keys((await readCredentials(world.registry.credentialsFile)) ?? {});
    expect(there.toSorted()).toEqual([...before, ...names].toSorted());
  });

  it('adds one of two who come with the same name at once, and refuses the other', async () => {
    await using world = await aRegistry();
    const both = await Promise.allSettled([1, 2].map(() => addPrincipal({ name: 'ann', directory: world.data })));

    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await readFile(world.registry.credentialsFile, 'utf8')).match(/^\[signet-ann\]$/gm)).toHaveLength(1);
  });

  it('keeps keys from others even where a crash has left a file that they can read', async () => {
    await using world = await aRegistry();
    const { credentialsFile } = world.registry;
    await writeFile(`${credentialsFile}.new`, 'half of it', { mode: 0o644 });
    await addPrincipal({ name: 'ann', directory: world.data });

    expect((await stat(credentialsFile)).mode & 0o777).toBe(0o600);
    expect(Object.keys((await readCredentials(credentialsFile)) ?? {})).toContain('ann');
  });
});
