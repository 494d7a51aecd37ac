import { expect } from 'vitest';
import { call } from '../support/call.ts';
import { aRegistry, aTenant, itEmbedded } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';

const registry = await aRegistry();

itEmbedded('a member who was removed is a stranger after a minute at the latest, as is said of AWS', async () => {
  const remembering = await registryOver(registry, registry.table);
  const { keys, admin } = await aTenant(registry);
  const getTenant = () => call(remembering, 'getTenant', {}, { as: keys.reader });

  expect((await getTenant()).status).toBe(200);
  await admin.removeMember({ principal: keys.reader.arn });
  registry.clock.advance(61_000);
  expect(await getTenant()).toMatchObject({ status: 403, body: { code: 'caller.forbidden' } });
});
