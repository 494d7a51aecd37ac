import { describe, expect, it } from 'vitest';
import type { Client } from '../../shared/http/client.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const registry = await aRegistry();

const stageOf = async ({ reader }: TestTenant, model: string, version: number) =>
  (await reader.getVersion({ model, version })).stage;

/** A governed model with a version in each stage: 1 archived, 2 in production, 3 in staging, 4 in none. */
async function aModelInEachStage(tenant: TestTenant): Promise<string> {
  const model = await aModelOf(tenant);
  for (let number = 1; number <= 4; number += 1) await aVersionOf(tenant, model);
  const { releaser } = tenant;
  for (const version of [1, 2, 3]) await releaser.promoteVersion({ model, version, stage: 'staging' });
  for (const version of [1, 2]) await releaser.promoteVersion({ model, version, stage: 'production' });
  return model;
}

describe('rule 5: over HTTP, a governed version moves along the steps of its lifecycle alone', () => {
  it.each<[number, string, string, (client: Client, model: string) => Promise<unknown>]>([
    [4, 'none', 'production', (c, model) => c.promoteVersion({ model, version: 4, stage: 'production' })],
    [4, 'none', 'archived', (c, model) => c.archiveVersion({ model, version: 4 })],
    [2, 'production', 'staging', (c, model) => c.promoteVersion({ model, version: 2, stage: 'staging' })],
    [1, 'archived', 'staging', (c, model) => c.promoteVersion({ model, version: 1, stage: 'staging' })],
    [1, 'archived', 'production', (c, model) => c.promoteVersion({ model, version: 1, stage: 'production' })],
    [3, 'staging', 'production by rollback', (c, model) => c.rollbackModel({ model, version: 3, reason: 'No.' })],
    [4, 'none', 'production by rollback', (c, model) => c.rollbackModel({ model, version: 4, reason: 'No.' })],
  ])('version %i is not moved from %s to %s', async (version, stage, _, move) => {
    const tenant = await aTenant(registry);
    const model = await aModelInEachStage(tenant);

    await expect(move(tenant.releaser, model)).rejects.toMatchObject({ status: 409 });

    expect(await stageOf(tenant, model, version)).toBe(stage);
    expect(await stageOf(tenant, model, 2)).toBe('production');
  });

  it('comes back from the archive by rollback, which archives what was there in the same write', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelInEachStage(tenant);

    await tenant.releaser.rollbackModel({ model, version: 1, reason: 'Version 2 scores nulls.' });

    expect([await stageOf(tenant, model, 1), await stageOf(tenant, model, 2)]).toEqual(['production', 'archived']);
  });
});

describe('rule 9: over HTTP, every change has one event, and every refused transition too', () => {
  it('which are chained: each follows the one before it, and none is missing', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelInEachStage(tenant);
    const { releaser, publisher, reader } = tenant;
    const eventsOf = async () => (await reader.listEvents({ model, order: 'ascending', limit: 100 })).items;
    const before = (await eventsOf()).length;

    await publisher.updateModel({ model, description: 'Anew.' });
    await releaser.promoteVersion({ model, version: 4, stage: 'production' }).catch(() => {});
    await releaser.setAlias({ model, alias: 'champion', version: 2 });
    await releaser.setAlias({ model, alias: 'champion', version: 2 });
    await releaser.archiveVersion({ model, version: 3, reason: 'Late.' });

    const events = await eventsOf();
    const own = events.slice(before).filter(({ type }) => type !== 'version.validated');
    expect(own.map(({ type }) => type)).toEqual([
      'model.updated',
      'transition.refused',
      'alias.set',
      'version.archived',
    ]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
    for (const [place, { prevHash }] of events.entries()) {
      expect(prevHash).toBe(events[place - 1]?.hash ?? '0'.repeat(64));
    }
  });
});
