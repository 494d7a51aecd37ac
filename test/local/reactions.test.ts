import { expect, it } from 'vitest';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();

it('takes every event out of the outbox once the bus has it', async () => {
  const { publisher, id } = await aTenant(registry);

  await publisher.createModel({ model: aName('model') });

  const waiting = async () =>
    (
      await Promise.all(
        Array.from({ length: 16 }, (_, shard) =>
          registry.services.store.outbox(shard, { before: new Date('2100-01-01'), limit: 1_000 }),
        ),
      )
    ).flatMap(({ items }) => items);
  await expect.poll(async () => (await waiting()).filter(({ tenant }) => tenant === id)).toEqual([]);
});
