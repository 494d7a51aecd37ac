import { DAY_MS } from '../../shared/domain/day.ts';
import { TenantId } from '../../shared/domain/names.ts';
import { selfAs } from '../../shared/domain/principal.ts';
import type { Look } from '../../shared/domain/retention/look.ts';
import { applyRetention } from '../../shared/reactions/retention/run.ts';
import type { World } from '../../shared/reactions/retention/world.ts';
import { LOOK_SHARDS } from '../../shared/store/keys.ts';
import { aName } from './names.ts';
import type { TestRegistry, TestTenant } from './registry.ts';
import { aModelOf, aVersionWith } from './setting-up.ts';

/** What retention works with in a registry of a test. */
const worldOf = ({ services }: TestRegistry): World => ({
  actor: selfAs('on-apply-retention'),
  now: services.now(),
  store: services.store,
  services,
});

/**
 * Runs retention over a whole tenant, so many days from now, until nothing of it is due. The registry has runs of its own,
 * which may be at the same things at the same time.
 */
export async function retain(registry: TestRegistry, { id }: TestTenant, days = 0): Promise<void> {
  registry.clock.advance(days * DAY_MS);
  const tenant = TenantId.parse(id);
  const { store, now } = registry.services;
  const before = await store.look({ tenant });
  let due: readonly Look[] = [{ ...before, kind: 'look', tenant, at: '', revision: before?.revision ?? 0 }];
  for (let run = 0; due.length > 0; run += 1) {
    if (run === 40) throw new Error(`Retention of ${id} does not come to an end.`);
    const at = now().toISOString();
    await store.note(due.map((look) => ({ ...look, at, revision: look.revision + 1 })));
    await applyRetention(worldOf(registry), new Date(now().getTime() + DAY_MS));
    due = await dueOf(registry, tenant);
  }
}

/** What is to be looked at within the time for which one run leaves a thing to another. */
async function dueOf({ services }: TestRegistry, tenant: TenantId): Promise<readonly Look[]> {
  const by = new Date(services.now().getTime() + 2 * 60 * 60_000);
  const shards = Array.from({ length: LOOK_SHARDS }, (_, shard) => services.store.looks(shard, { by, limit: 1_000 }));
  return (await Promise.all(shards)).flatMap(({ items }) => items).filter((look) => look.tenant === tenant);
}

/** A model whose files go as soon as they are archived and another version is there. */
export const AT_ONCE = { retention: { productionStableDays: 0, artifactHoldDays: 0, stagingDays: 30 } };

/** An archived version without its files. */
export async function anErasedOne(registry: TestRegistry, tenant: TestTenant, policy: object = AT_ONCE) {
  const model = await aModelOf(tenant);
  await tenant.admin.putPolicy({ model, policy });
  const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
  await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
  await tenant.releaser.archiveVersion({ model, version });
  await retain(registry, tenant);
  return { model, version };
}
