import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { aBus } from '../support/buses.ts';
import { aRegistry, aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf } from '../support/setting-up.ts';

const registry = await aRegistry();

describe('a subscription on one machine', () => {
  const linesOf = async (
    bus: string,
  ): Promise<{ detail: { tenant: string; type: string; model?: { name: string } } }[]> => {
    const [, , , , account = '', resource = ''] = bus.split(':');
    const file = path.join(registry.directory, 'buses', account, `${resource.split('/')[1]}.jsonl`);
    const text = await readFile(file, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  };
  const connected = (client: Awaited<ReturnType<typeof aTenant>>['admin']) =>
    expect
      .poll(async () => (await client.listSubscriptions({})).items.map(({ state }) => state))
      .toEqual(['connected']);

  itEmbedded(
    'rule 10 and rule 11: has the events of its tenant, of the types that it asked for, and of nobody else',
    async () => {
      const [mine, other] = [await aTenant(registry), await aTenant(registry)];
      const bus = aBus();
      await mine.admin.createSubscription({ bus, types: ['model.created', 'model.updated'] });
      await connected(mine.admin);

      const model = await aModelOf(mine);
      await mine.publisher.updateModel({ model, description: 'Anew.' });
      await mine.publisher.setAlias({ model, alias: 'champion', version: 1 }).catch(() => {});
      await aModelOf(other);

      await expect
        .poll(async () => (await linesOf(bus)).map(({ detail }) => [detail.tenant, detail.type]))
        .toEqual([
          [mine.id, 'model.created'],
          [mine.id, 'model.updated'],
        ]);
      expect((await linesOf(bus))[0]).toMatchObject({
        source: 'signet',
        'detail-type': 'model.created',
        detail: { model: { name: model }, hash: expect.any(String) },
      });
    },
  );

  itEmbedded('is over when it is deleted', async () => {
    const mine = await aTenant(registry);
    const bus = aBus();
    const { id } = await mine.admin.createSubscription({ bus, types: ['model.created'] });
    await connected(mine.admin);
    await aModelOf(mine);
    await expect.poll(async () => (await linesOf(bus)).length).toBe(1);

    await mine.admin.deleteSubscription({ subscription: id });
    const { services } = registry;
    await expect.poll(async () => (await services.store.subscriptions(mine.id as never)).length).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await aModelOf(mine);
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect(await linesOf(bus)).toHaveLength(1);
  });
});
