import { describe, expect, it } from 'vitest';
import { everyItem, pageByPage } from '../../cli/paging.ts';
import { VersionRef } from '../../shared/domain/dependency.ts';
import { ModelName, TenantId, VersionNumber } from '../../shared/domain/names.ts';
import { markNeeded } from '../../shared/domain/needs.ts';
import type { Version } from '../../shared/domain/version.ts';
import { dynamoTable } from '../../shared/store/dynamo-table.ts';
import { itemOf } from '../../shared/store/keys.ts';
import type { Item, Table } from '../../shared/store/table.ts';
import { call } from '../support/call.ts';
import { anActiveOn, aVersionOn, nameOf } from '../support/dependent.ts';
import { dynamoDb } from '../support/dynamodb-table.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const registry = await aRegistry();

/** A table that loses the notes of walks, as if they had expired, and counts what it is asked for. */
const asked = { reads: 0, items: 0 };
const counting: Table = {
  ...registry.table,
  get: async (key) => (await counted([await registry.table.get(key)]))[0],
  batchGet: async (keys) => counted(await registry.table.batchGet(keys)),
  query: async (query) => {
    const page = await registry.table.query(query);
    counted(page.items);
    return page;
  },
};
function counted<T>(items: readonly T[]): T[] {
  asked.reads += 1;
  asked.items += items.length;
  return [...items];
}
const metered = await registryOver(registry, counting);
const dynamo = await dynamoDb();
const onDynamo = dynamo.isMissing ? registry : await registryOver(registry, dynamoTable(dynamo.connect()));
const forgetful = await registryOver(registry, { ...registry.table, putEach: async () => {} });

const LAYERS = 20;
const WIDTH = 500;

/**
 * A graph of 10,000 versions of 20 models, written straight into the table: each version of a layer needs three of the
 * layer below, the lowest one needs the root. There are some 3^20 ways from the top to the root.
 */
async function aGraph(tenant: TestTenant) {
  const root = await aVersionOn(tenant);
  const id = TenantId.parse(tenant.id);
  const store = registry.services.store;
  const modelOf = async (model: string) => {
    const found = await store.model(id, ModelName.parse(model));
    if (!found) throw new Error('expected it to be there');
    return found;
  };
  const top = await modelOf(root.model);
  const [template] = await store.versionsOf(top, [VersionNumber.parse(1)]);
  if (!template) throw new Error('expected it to be there');
  await store.commit(markNeeded(template));

  let below: VersionRef[] = [VersionRef.parse({ model: top.id, version: 1 })];
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const model = await modelOf(await aModelOf(tenant));
    const versions = Array.from({ length: WIDTH }, (_, index): Version => {
      const needs = [index, index + 1, index * 7]
        .map((at) => below[at % below.length])
        .filter((one) => one !== undefined);
      const unique = [...new Map(needs.map((one) => [one.version, one])).values()];
      return { ...template, model: model.id, number: VersionNumber.parse(index + 1), needs: unique, needed: true };
    });
    await registry.table.putEach(versions.map((version): Item => itemOf(version)));
    await store.note(
      versions.flatMap(({ needs, number }) =>
        needs.map((one) => ({ kind: 'edge', tenant: id, ...one, by: { model: model.id, version: number } }) as const),
      ),
    );
    below = versions.map(({ number }) => VersionRef.parse({ model: model.id, version: number }));
  }
  return root;
}

describe('a graph of 10,000 versions', () => {
  it('is walked page by page: each version once, nearer ones first, and no page looks at more than it shows by far', {
    timeout: 240_000,
  }, async () => {
    const tenant = await aTenant(registry);
    const root = await aGraph(tenant);
    const reader = metered.client(tenant.keys.reader);
    const seen = new Set<string>();
    const pages: { milliseconds: number; reads: number; items: number; heap: number }[] = [];
    let deepest = 0;
    await reader.whoAmI({});
    for (
      let before = { ...asked },
        begun = performance.now(),
        pageOn = pageByPage((from) => reader.getDependents({ ...root, limit: 100, ...from })),
        next = await pageOn.next();
      !next.done;
      next = await pageOn.next()
    ) {
      pages.push({
        milliseconds: performance.now() - begun,
        reads: asked.reads - before.reads,
        items: asked.items - before.items,
        heap: process.memoryUsage().heapUsed / 1e6,
      });
      for (const one of next.value.items) {
        expect(one.depth).toBeGreaterThanOrEqual(deepest);
        deepest = one.depth;
        seen.add(nameOf(one));
      }
      before = { ...asked };
      begun = performance.now();
    }

    const of = (pick: (page: (typeof pages)[number]) => number) => Math.max(...pages.map(pick));
    const last = pages.slice(-20).map(({ milliseconds }) => milliseconds);
    const middle = pages.slice(40, 60).map(({ milliseconds }) => milliseconds);
    const mean = (all: readonly number[]) => Math.round(all.reduce((sum, one) => sum + one, 0) / all.length);
    console.info(
      `${seen.size} versions in ${pages.length} pages; a page: ${mean(middle)} ms in the middle, ${mean(last)} ms at the end, ${of(({ items }) => items)} items at most in ${of(({ reads }) => reads)} reads; ${Math.round(of(({ heap }) => heap))} MB of memory at most`,
    );
    expect(seen.size).toBe(LAYERS * WIDTH);
    expect(deepest).toBe(LAYERS);
    expect(of(({ items }) => items)).toBeLessThan(2_000);
    expect(of(({ reads }) => reads)).toBeLessThan(400);
    // Generous: a page takes a tenth of this, on one of two cores. What grew with the graph would be far beyond.
    expect(mean(middle), 'ms for a page in the middle').toBeLessThan(2_000);
    expect(mean(last), 'ms for a page at the end').toBeLessThan(2_000);
    expect(
      of(({ heap }) => heap),
      'MB',
    ).toBeLessThan(500);
  });
});

it.skipIf(dynamo.isMissing)('on DynamoDB too a walk shows each version once, whatever the size of a page', async () => {
  const tenant = await aTenant(onDynamo);
  const root = await aVersionOn(tenant);
  const layer = [await aVersionOn(tenant, [root]), await aVersionOn(tenant, [root]), await aVersionOn(tenant, [root])];
  for (const _ of [1, 2]) await aVersionOn(tenant, [...layer, root]);
  const whole = await tenant.reader.getDependents({ ...root, limit: 100 });

  expect(new Set(whole.items.map(nameOf)).size).toBe(5);
  for (const limit of [1, 2, 5]) {
    expect(await everyItem((from) => tenant.reader.getDependents({ ...root, limit, ...from }))).toEqual(whole.items);
  }
});

it('a cursor whose notes are gone is refused, not answered with less', async () => {
  const tenant = await aTenant(registry);
  const root = await aVersionOn(tenant);
  for (const _ of [1, 2, 3]) await aVersionOn(tenant, [root]);
  const as = tenant.keys.reader;
  const { body } = await call(forgetful, 'getDependents', { ...root, limit: 1 }, { as });

  expect(await call(forgetful, 'getDependents', { ...root, limit: 1, cursor: body.cursor }, { as })).toMatchObject({
    status: 400,
    body: { code: 'cursor.invalid' },
  });
});

describe('at the same time', () => {
  const outcome = async (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );
  const gated = { gates: { staging: [{ dependencies: 'active' as const }] } };

  it('rule 8: of a promotion that needs a version in use, and its archival, one is refused', {
    timeout: 60_000,
  }, async () => {
    const tenant = await aTenant(registry);
    const wins = { promotion: 0, archival: 0 };
    for (let round = 0; round < 40; round += 1) {
      const needed = await anActiveOn(tenant, 'production');
      const one = await aVersionOn(tenant, [needed]);
      await tenant.admin.putPolicy({ model: one.model, policy: gated });
      const works = [
        () => outcome(tenant.releaser.promoteVersion({ ...one, stage: 'staging' })),
        () => outcome(tenant.releaser.archiveVersion(needed)),
      ];
      const order = round % 2 === 0 ? works : works.toReversed();
      const answers = await Promise.all(order.map((work) => work()));
      const [promoted, archived] = round % 2 === 0 ? answers : answers.toReversed();

      expect([promoted, archived].filter(Boolean)).toHaveLength(1);
      wins[promoted ? 'promotion' : 'archival'] += 1;
      expect((await tenant.reader.getVersion(one)).stage).toBe(promoted ? 'staging' : 'none');
      expect((await tenant.reader.getVersion(needed)).stage).toBe(archived ? 'archived' : 'production');
    }
    expect(Math.min(wins.promotion, wins.archival), JSON.stringify(wins)).toBeGreaterThan(0);
  });

  it('rule 8: so it is with the promotion of the next version, which archives the one that is needed', {
    timeout: 60_000,
  }, async () => {
    const tenant = await aTenant(registry);
    for (let round = 0; round < 20; round += 1) {
      const needed = await anActiveOn(tenant, 'production');
      const next = { model: needed.model, version: await aVersionOf(tenant, needed.model) };
      await tenant.releaser.promoteVersion({ ...next, stage: 'staging' });
      const one = await aVersionOn(tenant, [needed]);
      await tenant.admin.putPolicy({ model: one.model, policy: gated });
      const answers = await Promise.all([
        outcome(tenant.releaser.promoteVersion({ ...one, stage: 'staging' })),
        outcome(tenant.releaser.promoteVersion({ ...next, stage: 'production' })),
      ]);

      expect(answers.filter(Boolean)).toHaveLength(1);
    }
  });

  it('a registration and the deletion of what it needs end as one after the other would, and in no other way', {
    timeout: 60_000,
  }, async () => {
    const tenant = await aTenant(registry);
    for (let round = 0; round < 30; round += 1) {
      const needed = await aVersionOn(tenant);
      const model = await aModelOf(tenant);
      const [registered, deleted] = await Promise.all([
        call(
          registry,
          'registerVersion',
          { model, source: 's3://elsewhere/model', dependsOn: [needed] },
          { as: tenant.keys.publisher },
        ),
        outcome(tenant.publisher.deleteVersion(needed)),
      ]);

      expect(deleted).toBe(true);
      if (registered.status === 201) {
        const { items } = await tenant.reader.getDependencies({ model, version: 1 });
        expect(items).toMatchObject([{ ...needed, state: 'deleted' }]);
      } else {
        expect(registered.body).toMatchObject({ code: 'dependency.not_found' });
        expect(await tenant.reader.getModel({ model })).toMatchObject({ versions: 0 });
      }
    }
  });
});
