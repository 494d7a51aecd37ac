import { spawnSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { everyItem } from '../../cli/paging.ts';
import type { Client } from '../../shared/http/client.ts';
import { aDirectory } from '../support/directory.ts';
import { type Serving, serving, start } from '../support/registry-process.ts';

/** Runs a command that finds a disk of its own, of so many bytes, in place of a directory. */
const onDisk = (directory: string, bytes: number): string[] => [
  'unshare',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  `mount -t tmpfs -o size=${bytes} signet "${directory}" && exec "$@"`,
  'sh',
];

/** Disks can be made where the kernel lets users have namespaces of their own. */
const cannotMount = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status !== 0;

const hello = { path: 'a.txt', bytes: 5, sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' };

/** Leaves no byte free on the disk of a registry, until what is returned is called. */
async function fill({ child }: Serving, directory: string): Promise<() => Promise<void>> {
  const file = path.join(`/proc/${child.pid}/root`, directory, 'filler');
  await using handle = await open(file, 'w');
  for (let bytes = 65_536; bytes > 0; ) {
    const written = await handle.write(Buffer.alloc(bytes)).catch(() => undefined);
    if (!written) bytes = Math.floor(bytes / 2);
  }
  return () => rm(file);
}

/** Creates models until one is refused, and gives the names of those that were not, and the refusal. */
async function createUntilRefused(publisher: Client, prefix: string) {
  const created: string[] = [];
  for (;;) {
    const model = `${prefix}-${created.length}`;
    const refusal = await publisher.createModel({ model, description: 'x'.repeat(4_000) }).catch((error) => error);
    if (refusal instanceof Error) return { created, refusal };
    created.push(model);
  }
}

describe.skipIf(cannotMount)('a disk that is full', () => {
  it('stops writes with 503, and nothing else; they go on once there is room, and nothing is lost', async () => {
    const directory = await aDirectory();
    const registry = await serving(directory, [], onDisk(directory, 24 * 2 ** 20));
    const root = path.join(`/proc/${registry.child.pid}/root`, directory);
    const publisher = await registry.as('publisher', undefined, root);
    await publisher.createModel({ model: 'm' });
    const { uploads = [] } = await publisher.registerVersion({ model: 'm', files: [hello] });
    const { url = '', method = '', headers = {} } = uploads[0]?.request ?? {};

    const makeRoom = await fill(registry, directory);
    const { created, refusal } = await createUntilRefused(publisher, 'full');
    expect(refusal).toMatchObject({ status: 503, code: 'storage.unavailable' });
    expect(await fetch(url, { method, headers, body: 'hello' })).toMatchObject({ status: 507 });
    await expect(publisher.completeVersion({ model: 'm', version: 1 })).rejects.toMatchObject({ status: 409 });
    expect(await publisher.getModel({ model: 'm' })).toMatchObject({ name: 'm' });

    await makeRoom();
    expect(await fetch(url, { method, headers, body: 'hello' })).toMatchObject({ status: 200 });
    const makeRoomAgain = await fill(registry, directory);
    const parts = [hello.sha256, hello.sha256];
    const large = { path: 'b.bin', bytes: 100 * 2 ** 20, sha256: hello.sha256.replace('2', '3'), parts };
    await expect(publisher.registerVersion({ model: 'm', files: [large] })).rejects.toMatchObject({ status: 503 });
    await expect(publisher.completeVersion({ model: 'm', version: 1 })).rejects.toMatchObject({
      status: 503,
      code: 'storage.unavailable',
    });
    await makeRoomAgain();
    expect(await publisher.completeVersion({ model: 'm', version: 1 })).toMatchObject({ state: 'complete' });
    await publisher.createModel({ model: 'after' });

    const names = await namesOf(publisher);
    expect(names).toEqual([...created, 'after', 'm'].toSorted());
    expect(registry.errors()).toMatch(/ createModel failed: The disk has no room for this write\.$/m);
    expect(registry.errors()).not.toContain('    at ');
  });

  it('keeps a registry from starting, in one line', async () => {
    const directory = await aDirectory();
    const started = start(['--directory', directory, '--port', '0'], onDisk(directory, 32 * 2 ** 10));

    expect(await started.ended).toMatchObject({ code: 1 });
    expect(started.errors()).toBe(`signet: The disk of ${directory} is full. Make room, and start again.\n`);
    expect(started.output()).toBe('');
  });
});

async function namesOf(client: Client): Promise<string[]> {
  const models = await everyItem((from) => client.listModels({ limit: 100, ...from }));
  return models.map(({ name }) => name);
}
