import { describe, expect, it } from 'vitest';
import { objectKey } from '../../shared/domain/artifact.ts';
import { DAY_MS } from '../../shared/domain/day.ts';
import { decide } from '../../shared/domain/retention/decide.ts';
import { survey } from '../../shared/http/survey.ts';
import { placeOf } from '../../shared/reactions/retention/carry-out.ts';
import { applyRetention } from '../../shared/reactions/retention/run.ts';
import { itemOf } from '../../shared/store/keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { seeded } from '../store/faulty-table.ts';
import { ACME, AT, aModel, aNumber, aVersion } from '../support/builders.ts';
import { anArchived, aWorldOver, NOW, objectsInMemory, stored } from './retained-world.ts';

const UNTIL = new Date(NOW.getTime() + DAY_MS);
const { id } = aModel();
const MODEL = { tenant: ACME, id };

const eventsOf = async (table: Table) =>
  (await aWorldOver(table, objectsInMemory().artifacts).store.chain(ACME, id, { limit: 1_000 })).items;

/** A table that counts what it gives out. */
function counting(table: Table) {
  const read = { items: 0 };
  const add = <T>(items: readonly T[]) => {
    read.items += items.filter((item) => item !== undefined).length;
  };
  const counted: Table = {
    ...table,
    get: async (key) => {
      const item = await table.get(key);
      add([item]);
      return item;
    },
    batchGet: async (keys) => {
      const items = await table.batchGet(keys);
      add(items);
      return items;
    },
    query: async (query) => {
      const page = await table.query(query);
      add(page.items);
      return page;
    },
  };
  return { counted, read };
}

/** A table whose process dies at a call: from then on nothing reaches it. */
function dyingAt(table: Table, last: number) {
  let calls = 0;
  const alive =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      calls += 1;
      if (calls > last) throw new Error('The process is dead.');
      return call(...args);
    };
  const dying: Table = {
    get: alive((key) => table.get(key)),
    batchGet: alive((keys) => table.batchGet(keys)),
    query: alive((query) => table.query(query)),
    transact: alive((writes) => table.transact(writes)),
    putEach: alive((items) => table.putEach(items)),
  };
  return { dying, isDead: () => calls > last };
}

describe('R5: the preview', () => {
  it('of a thousand tenants is what the run then does', { timeout: 120_000 }, async () => {
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const random = seeded(seed);
      const { objects, artifacts } = objectsInMemory();
      const all = [1, 2, 3].map((number) =>
        anArchived(number, {
          stage: random() < 0.6 ? 'archived' : 'staging',
          stageAt: new Date(NOW.getTime() - Math.floor(random() * 60) * DAY_MS).toISOString(),
          state: random() < 0.2 ? 'deleted' : 'complete',
        }),
      );
      const table = await stored(objects, all, [1, 2, 3]);
      const world = aWorldOver(table, artifacts);
      const place = await placeOf(world, ACME, id);
      const said: string[] = [];
      for (const { version } of all) {
        const { snapshot, days } = await survey(world, place as NonNullable<typeof place>, version);
        said.push(...decide(snapshot, days, NOW).actions.map(({ kind }) => `${kind} ${version.number}`));
      }
      await applyRetention(world, UNTIL);
      const called = { 'version.archived': 'archive', 'artifact.deleted': 'erase' } as Readonly<Record<string, string>>;
      const done = (await eventsOf(table)).map(({ type, version }) => `${called[type]} ${version}`);
      expect(done.toSorted(), `seed ${seed}`).toEqual(said.toSorted());
    }
  });
});

describe('R6: a run', () => {
  it('reads as much in a tenant of twenty thousand versions as in one of five hundred', {
    timeout: 120_000,
  }, async () => {
    const reads: number[] = [];
    for (const versions of [500, 20_000]) {
      const { objects, artifacts } = objectsInMemory();
      const all = Array.from({ length: versions }, (_, index) => anArchived(index + 1));
      const due = Array.from({ length: 500 }, (_, index) => 1 + index * (versions / 500));
      const table = await stored(objects, all, due);
      const { counted, read } = counting(table);
      await applyRetention(aWorldOver(counted, artifacts), UNTIL);
      reads.push(read.items);
      expect(objects.size).toBe(2 * versions - 500);
    }
    const [few = 0, many = 0] = reads;
    expect(many).toBe(few);
    expect(few / 500).toBeLessThan(40);
  });

  it('goes on after a death at any of its calls: each file goes once, and with one event', {
    timeout: 120_000,
  }, async () => {
    for (let last = 0; ; last += 1) {
      const { objects, artifacts } = objectsInMemory();
      const [first, second] = [anArchived(1), anArchived(2)];
      const table = await stored(objects, [first, second], [1, 2]);
      const { dying, isDead } = dyingAt(table, last);
      await applyRetention(aWorldOver(dying, artifacts), UNTIL).catch(() => {});
      // Whatever a removal of the dead run left alone is taken up when its time is over.
      const later = new Date(NOW.getTime() + 2 * 60 * 60_000);
      for (const now of [later, new Date(later.getTime() + 2 * 60 * 60_000)]) {
        await applyRetention(aWorldOver(table, artifacts, now), new Date(now.getTime() + DAY_MS));
      }

      const types = (await eventsOf(table)).map(({ type, version }) => `${type} ${version}`);
      expect(types.toSorted(), `call ${last}`).toEqual(['artifact.deleted 1', 'artifact.deleted 2']);
      expect([first, second].map(({ sha256 }) => objects.has(objectKey(ACME, sha256)))).toEqual([false, false]);
      const versions = await aWorldOver(table, artifacts).store.versionsOf(aModel(), [aNumber(1), aNumber(2)]);
      expect(versions.map((version) => version?.erased?.pending)).toEqual([false, false]);
      if (!isDead()) break;
    }
  });

  it('leaves bytes whose removal somebody else has begun, until that is certain to be over', async () => {
    const { objects, artifacts } = objectsInMemory();
    const one = anArchived(1);
    const table = await stored(objects, [one], [1]);
    const world = aWorldOver(table, artifacts);
    const removal = { kind: 'removal' as const, tenant: ACME, sha256: one.sha256, at: NOW.toISOString(), revision: 1 };
    await world.store.commit({ result: undefined, keep: [{ create: removal }] });
    await applyRetention(world, UNTIL);
    const meanwhile = objects.has(objectKey(ACME, one.sha256));
    await applyRetention(aWorldOver(table, artifacts, new Date(NOW.getTime() + 2 * 60 * 60_000)), UNTIL);

    expect([meanwhile, objects.has(objectKey(ACME, one.sha256))]).toEqual([true, false]);
    expect(await world.store.allVersions(MODEL, { limit: 1 })).toMatchObject({
      items: [{ erased: { pending: false } }],
    });
  });

  it('leaves the files of what another version is a copy of, until the copy is deleted', async () => {
    const { objects, artifacts } = objectsInMemory();
    const one = anArchived(1, { needed: true });
    const table = await stored(objects, [one], [1]);
    const copy = aVersion({
      number: 2,
      copyOf: { model: id, version: 1 },
      artifact: undefined,
      source: 'models:/fraud/1',
    });
    const edge = {
      kind: 'edge' as const,
      tenant: ACME,
      model: id,
      version: aNumber(1),
      by: { model: id, version: aNumber(2) },
    };
    await table.putEach([itemOf(copy), itemOf(edge)]);
    await applyRetention(aWorldOver(table, artifacts), UNTIL);
    const withCopy = await eventsOf(table);
    await table.putEach([itemOf({ ...copy, state: 'deleted' })]);
    const world = aWorldOver(table, artifacts);
    await world.store.note([{ kind: 'look', tenant: ACME, model: id, version: aNumber(1), at: AT, revision: 1 }]);
    await applyRetention(world, UNTIL);

    expect(withCopy).toEqual([]);
    expect((await eventsOf(table)).map(({ type }) => type)).toEqual(['artifact.deleted']);
  });
});
