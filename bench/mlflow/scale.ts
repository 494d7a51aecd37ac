import path from 'node:path';
import { fire, percentile, type Shot } from '../load.ts';
import { adminOf, startRegistry } from '../servers.ts';
import { signing, type Unsigned } from '../shots.ts';
import { SEARCHES } from './searches.ts';
import { seed } from './seed.ts';

/** A page of a search in a large tenant takes at most so many times as long as in a small one. */
const RATIO_MAX = 1.5;
const VERSIONS = { small: 1_000, large: 100_000 };
const ROUNDS = 7;
const CALLS_EACH_ROUND = 5;

/** The same searches in tenants of 1,000 and of 100,000 versions. @returns the goals that were missed */
export async function scale(directory: string): Promise<string[]> {
  await using small = await tenantOf(path.join(directory, 'small'), VERSIONS.small);
  await using large = await tenantOf(path.join(directory, 'large'), VERSIONS.large);
  const missed: string[] = [];

  console.log(`\np50 in ms of a search with ${VERSIONS.small} and with ${VERSIONS.large} versions in the tenant`);
  for (const [name, search] of Object.entries(SEARCHES)) {
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [side, tenant] of [small, large].entries()) {
        const p50 = await tenant.fire(search);
        if (round > 0) times[side]?.push(p50);
      }
    }
    const [ofSmall, ofLarge] = [percentile(times[0], 50), percentile(times[1], 50)];
    const ratio = ofLarge / ofSmall;
    console.log(
      `${name.padEnd(52)}${ofSmall.toFixed(2).padStart(9)}${ofLarge.toFixed(2).padStart(9)}${ratio.toFixed(2).padStart(8)} ×`,
    );
    if (ratio > RATIO_MAX) missed.push(`${name}: ${ratio.toFixed(2)} × with ${VERSIONS.large} versions`);
  }
  return missed;
}

async function tenantOf(directory: string, versions: number) {
  const keys = await prepared(directory);
  await seed(directory, versions);
  const registry = await startRegistry(directory);
  const { endpoint, region } = registry.told;
  const ready = signing(endpoint, region, keys);
  return {
    async fire(search: Unsigned): Promise<number> {
      const shots: Shot[] = await Promise.all(Array.from({ length: CALLS_EACH_ROUND }, () => ready(search)));
      return (await fire(endpoint, [shots])).p50;
    },
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

/** Makes the tenant, and gives it up again: the table is filled while nobody has it open. */
async function prepared(directory: string) {
  await using registry = await startRegistry(directory);
  const { admin } = await adminOf(registry.told);
  return admin;
}
