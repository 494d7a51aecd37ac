import { hash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Client, Problem } from '../../shared/http/client.ts';
import { aDirectory } from '../support/directory.ts';
import { type Serving, serving, start } from '../support/registry-process.ts';
import { chainsOf, expectUnbroken, type Ledger, lost, type Upload } from './kill/ledger.ts';
import { type People, prepare, write } from './kill/writers.ts';

const KILLS = 50;
const WRITERS = 8;

const peopleOf = async (registry: Serving): Promise<People> => ({
  admin: await registry.as('admin'),
  publisher: await registry.as('publisher'),
  releaser: await registry.as('releaser'),
});

it(`loses nothing that it answered for when it is killed ${KILLS} times while it writes`, {
  timeout: 120_000,
}, async () => {
  const directory = await aDirectory();
  const ledger: Ledger = { writes: [], uploads: [] };
  const writers: Promise<unknown>[] = [];
  for (let kills = 0; kills < KILLS; kills += 1) {
    const registry = await serving(directory);
    const people = await peopleOf(registry);
    if (kills === 0) await prepare(people, ledger);
    for (let writer = 0; writer < WRITERS; writer += 1) writers.push(write(people, ledger).catch((error) => error));
    await setTimeout(20 + Math.random() * 500);
    registry.child.kill('SIGKILL');
    await registry.ended;
  }
  // Nothing else than the end of the registry ended a writer.
  expect((await Promise.all(writers)).filter((end) => end instanceof Problem)).toEqual([]);

  const registry = await serving(directory);
  const chains = await chainsOf(await registry.as('admin'));
  for (const chain of chains) expectUnbroken(chain);
  expect(lost(ledger.writes, chains.flat())).toEqual([]);
  const publisher = await registry.as('publisher');
  for (const upload of ledger.uploads) await expectWhole(publisher, upload);

  expect(ledger.writes.length).toBeGreaterThan(KILLS * WRITERS);
  expect(ledger.uploads.some(({ isComplete }) => !isComplete)).toBe(true);
});

/** The bytes are there whole or not at all, and what is not there is asked for again. */
async function expectWhole(publisher: Client, { model, version, file, content, isStored, isComplete }: Upload) {
  const { state } = await publisher.getVersion({ model, version });
  if (isComplete) expect(state).toBe('complete');
  if (state === 'uploading') {
    const { uploads } = await publisher.registerVersion({ model, files: [file] });
    if (isStored) expect(uploads).toEqual([]);
    for (const { request } of uploads) {
      expect(await fetch(request.url, { ...request, body: content })).toMatchObject({ status: 200 });
    }
    expect(await publisher.completeVersion({ model, version })).toMatchObject({ state: 'complete' });
  }
  const { items } = await publisher.getDownload({ model, version });
  const bytes = await (await fetch(items[0]?.request.url ?? '')).arrayBuffer();
  expect(hash('sha256', Buffer.from(bytes))).toBe(file.sha256);
}

it('makes good a first start that was cut short', { timeout: 60_000 }, async () => {
  const directory = await aDirectory();
  for (let kills = 0; kills < 8; kills += 1) {
    const { child, ended } = start(['--directory', directory, '--port', '0']);
    await setTimeout(250 + Math.random() * 250);
    child.kill('SIGKILL');
    await ended;
  }
  const registry = await serving(directory);

  const { tenants } = await (await registry.as('releaser')).whoAmI({});
  expect(tenants).toEqual([{ tenant: 'acme', roles: [{ role: 'releaser', models: '*' }] }]);
  for (const chain of await chainsOf(await registry.as('admin'))) expectUnbroken(chain);
});
