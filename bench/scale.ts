import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Model } from '../shared/domain/model.ts';
import { ModelName, TenantId, VersionNumber } from '../shared/domain/names.ts';
import type { Version } from '../shared/domain/version.ts';
import { itemOf } from '../shared/store/keys.ts';
import { sqliteTable } from '../shared/store/sqlite-table.ts';
import { tableStore } from '../shared/store/table-store.ts';
import { fire, percentile } from './load.ts';
import { adminOf, startRegistry } from './servers.ts';
import { shooter } from './shots.ts';
import { type Call, SOURCE } from './workloads.ts';

/** The calls on a large tenant take at most so many times as long as those on a small one. */
const RATIO_MAX = 1.3;
const SIZES = { small: 100, large: 100_000 };
const ROUNDS = 15;
const CALLS_EACH_ROUND = 60;

const model = 'fraud-detector';

/** The same calls on tenants of 100 and of 100,000 versions. @returns the goals that were missed */
export async function scale(directory: string): Promise<string[]> {
  await using small = await tenantOf(path.join(directory, 'small'), SIZES.small);
  await using large = await tenantOf(path.join(directory, 'large'), SIZES.large);
  const missed: string[] = [];

  console.log(`\np50 in ms with ${SIZES.small} and with ${SIZES.large} versions in the tenant`);
  for (const [name, calls] of Object.entries(CALLS)) {
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [side, tenant] of [small, large].entries()) {
        const { p50 } = await tenant.fire(calls(round));
        if (round > 0) times[side]?.push(p50);
      }
    }
    const [ofSmall, ofLarge] = [percentile(times[0], 50), percentile(times[1], 50)];
    console.log(
      `${name.padEnd(34)}${ofSmall.toFixed(2).padStart(9)}${ofLarge.toFixed(2).padStart(9)}${(ofLarge / ofSmall).toFixed(2).padStart(8)} ×`,
    );
    if (ofLarge > RATIO_MAX * ofSmall) missed.push(`${name}: more than ${RATIO_MAX} × with ${SIZES.large} versions`);
  }
  return missed;
}

const times = (call: (index: number) => Call): Call[] =>
  Array.from({ length: CALLS_EACH_ROUND }, (_, index) => call(index));

const CALLS: Readonly<Record<string, (round: number) => Call[]>> = {
  getVersion: () => times((index) => ['getVersion', { model, version: 1 + (index % 40) }]),
  'resolveVersion by alias': () => times(() => ['resolveVersion', { model, reference: '@champion' }]),
  'listVersions (a page of 20)': () => times(() => ['listVersions', { model }]),
  // To production and back: the tenant stays as it is, and so every round does the same.
  promoteVersion: () => times((index) => ['promoteVersion', { model, version: 1 + (index % 2), stage: 'production' }]),
};

/** A registry whose tenant has so many versions, half of them of one model. */
async function tenantOf(directory: string, versions: number) {
  await mkdir(directory, { recursive: true });
  const keys = await prepared(directory);
  await filled(directory, versions);

  const registry = await startRegistry(directory);
  const { endpoint, region } = registry.told;
  const ready = shooter(endpoint, region, keys);
  return {
    fire: async (calls: readonly Call[]) => fire(endpoint, [await Promise.all(calls.map(ready))]),
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

async function prepared(directory: string) {
  await using registry = await startRegistry(directory);
  const { admin, client } = await adminOf(registry.told);
  await client.putPolicy({ policy: { lifecycle: 'open' } });
  for (const name of [model, 'others']) {
    await client.createModel({ model: name });
    for (const _ of [1, 2]) await client.registerVersion({ model: name, source: SOURCE });
  }
  await client.setAlias({ model, alias: 'champion', version: 2 });
  return admin;
}

/** Versions as if they had been registered, straight into the table: a hundred thousand registrations take minutes. */
async function filled(directory: string, versions: number): Promise<void> {
  const table = sqliteTable({ file: path.join(directory, 'registry', 'registry.sqlite') });
  const store = tableStore(table);
  const tenant = TenantId.parse('acme');
  for (const name of [model, 'others']) {
    const found = await store.model(tenant, ModelName.parse(name));
    const like = found && (await store.version(found, VersionNumber.parse(1)));
    if (!found || !like) throw new Error(`There is no ${name} to copy.`);
    await table.putEach(copies(found, like, versions / 2));
  }
  await table.close();
}

const copies = (model: Model, like: Version, count: number) => [
  itemOf({ ...model, nextVersion: VersionNumber.parse(count + 1) }),
  ...Array.from({ length: count - 2 }, (_, index) => itemOf({ ...like, number: VersionNumber.parse(index + 3) })),
];
