import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf } from '../support/setting-up.ts';

describeOperation('listCheckpoints', (registry) => {
  // On a stack the schedule makes checkpoints of all tenants, whoever calls it.
  itEmbedded('shows the checkpoints of a tenant, newest first, page by page', async () => {
    const tenant = await aTenant(registry);
    for (let count = 0; count < 3; count += 1) {
      await aModelOf(tenant);
      await tenant.seal();
    }
    const first = await tenant.reader.listCheckpoints({ limit: 2 });
    const second = await tenant.reader.listCheckpoints({ limit: 2, cursor: first.cursor });

    expect([...first.items, ...second.items].map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(second).not.toHaveProperty('cursor');
    for (const { note, size, key } of first.items) {
      expect(note).toMatch(new RegExp(`^signet/${tenant.id}\n${size}\n[^\n]{44}\n\n— signet/${tenant.id} [^\n]+\n$`));
      expect(key).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    }
  });

  itEmbedded('is empty before there is one, and shows none of another tenant', async () => {
    const [tenant, other] = [await aTenant(registry), await aTenant(registry)];
    await other.seal();
    expect(await tenant.reader.listCheckpoints({})).toEqual({ items: [] });
  });

  it('refuses a cursor that it did not give', async () => {
    const { keys } = await aTenant(registry);
    const answer = await call(registry, 'listCheckpoints', { cursor: 'Zm9yZ2Vk' }, { as: keys.reader });
    expect(answer).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });
});
