import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openDisk } from '../../local/artifact-server/disk.ts';
import { objectKey } from '../../shared/domain/artifact.ts';
import { ModelName, Sha256, TenantId, VersionNumber } from '../../shared/domain/names.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { tableStore } from '../../shared/store/table-store.ts';
import { aDirectory } from '../support/directory.ts';
import { LENIENT } from '../support/lenient.ts';
import { type Serving, serving } from '../support/registry-process.ts';
import { filesOf, sendAll } from '../support/setting-up.ts';
import { chainsOf, expectUnbroken } from './kill/ledger.ts';

const KILLS = 30;
const VERSIONS = 30;
/** Retention does twenty things a day for so small a tenant: each life is a day later than the one before. */
const WRITES_MAX = 14;
const RETAINING = path.join(import.meta.dirname, 'kill', 'retaining.ts');

const TENANT = TenantId.parse('acme');
const MODEL = 'kept';
const SHARED = 'bytes that all of them have';

/** The files of a version: one that all have, one of its own, and one of its own and of the next. */
const contentsOf = (version: number) => ({
  'shared.bin': SHARED,
  'own.bin': `bytes of ${version}`,
  'neighbour.bin': `bytes of ${version - (version % 2)} and the next`,
});
const digestsOf = (version: number) => filesOf(contentsOf(version)).map(({ sha256 }) => sha256);

it(`loses nothing that is to be kept, and deletes nothing that no event tells of, when it is killed ${KILLS} times while retention runs`, {
  timeout: 300_000,
}, async () => {
  const directory = await aDirectory();
  await prepare(await serving(directory));
  let erased = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await killed(directory, kill);
    erased = await expectTold(directory);
  }
  // There was something to do in each of these lives.
  expect(erased).toBeLessThan(VERSIONS - 1);
  for (let day = KILLS + 1; day <= KILLS + 4; day += 1) await retained(directory, day);
  expect(await expectTold(directory)).toBe(VERSIONS - 1);

  const registry = await serving(directory);
  for (const chain of await chainsOf(await registry.as('admin'))) expectUnbroken(chain);
  const kept = await (await registry.as('reader')).getDownload({ model: MODEL, version: VERSIONS });
  const texts = kept.items.map(async ({ request }) => (await fetch(request.url)).text());
  expect((await Promise.all(texts)).toSorted()).toEqual(Object.values(contentsOf(VERSIONS)).toSorted());
  const there = await objectsIn(directory);
  const gone = Array.from({ length: VERSIONS - 1 }, (_, index) => digestsOf(index + 1)).flat();
  expect(gone.filter((sha256) => there(sha256) && !digestsOf(VERSIONS).includes(sha256))).toEqual([]);
});

/** Many archived versions, and one in production that has bytes of theirs. */
async function prepare(registry: Serving): Promise<void> {
  const [admin, publisher, releaser] = await Promise.all(
    ['admin', 'publisher', 'releaser'].map((who) => registry.as(who)),
  );
  await admin?.putPolicy({ policy: LENIENT });
  await publisher?.createModel({ model: MODEL });
  for (let version = 1; version <= VERSIONS; version += 1) {
    const contents = contentsOf(version);
    const { uploads = [] } = (await publisher?.registerVersion({ model: MODEL, files: filesOf(contents) })) ?? {};
    await sendAll(uploads, contents);
    await publisher?.completeVersion({ model: MODEL, version });
    await releaser?.promoteVersion({ model: MODEL, version, stage: 'staging' });
    if (version < VERSIONS) await releaser?.archiveVersion({ model: MODEL, version });
    else await releaser?.promoteVersion({ model: MODEL, version, stage: 'production' });
  }
  registry.child.kill('SIGTERM');
  await registry.ended;
}

const life = (directory: string, days: number): ChildProcess =>
  fork(RETAINING, [directory, String(days)], { execArgv: ['--disable-warning=ExperimentalWarning'] });

/** A day on which nothing happens to it. */
async function retained(directory: string, days: number): Promise<void> {
  const [code] = await once(life(directory, days), 'exit');
  expect(code).toBe(0);
}

/** A day on which it is killed behind one of its writes, or on the way to the next. */
async function killed(directory: string, days: number): Promise<void> {
  const child = life(directory, days);
  const ended = once(child, 'exit');
  let left = Math.ceil(Math.random() * WRITES_MAX);
  child.on('message', () => {
    left -= 1;
    if (left === 0) setTimeout(() => child.kill('SIGKILL'), Math.random() * 5);
  });
  await ended;
}

/** What there is on the disk is what the table says. Answers how many versions have lost their files. */
async function expectTold(directory: string): Promise<number> {
  const there = await objectsIn(directory);
  const table = sqliteTable({ file: path.join(directory, 'registry.sqlite') });
  try {
    const store = tableStore(table);
    const model = await store.model(TENANT, ModelName.parse(MODEL));
    if (!model) throw new Error('expected the model');
    const { items } = await store.chain(TENANT, model.id, { limit: 1_000 });
    const told = items.flatMap(({ type, version }) => (type === 'artifact.deleted' ? [version] : []));
    const erased: number[] = [];
    for (let number = 1; number <= VERSIONS; number += 1) {
      const version = await store.version(model, VersionNumber.parse(number));
      if (version?.erased) erased.push(number);
      else
        expect(
          digestsOf(number).filter((sha256) => !there(sha256)),
          `files of ${number}`,
        ).toEqual([]);
    }
    expect(told.toSorted((one, other) => Number(one) - Number(other))).toEqual(erased);
    return erased.length;
  } finally {
    await table.close();
  }
}

async function objectsIn(directory: string): Promise<(sha256: string) => boolean> {
  const { file, nameOf } = await openDisk(path.join(directory, 'artifacts'));
  return (sha256) => existsSync(file(nameOf(objectKey(TENANT, Sha256.parse(sha256)))));
}
