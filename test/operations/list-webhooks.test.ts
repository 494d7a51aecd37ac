import { expect, it } from 'vitest';
import { pageByPage } from '../../cli/paging.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant } from '../support/registry.ts';

describeOperation('listWebhooks', (registry) => {
  it('lists the webhooks of the tenant alone, each once, in the order in which they were made', async () => {
    const [tenant, other] = [await aTenant(registry), await aTenant(registry)];
    await other.admin.createWebhook({ url: 'https://other.example.com/' });
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const { id } = await tenant.admin.createWebhook({ url: `https://hooks-${n}.example.com/` });
      ids.push(id);
    }
    const pages = await Array.fromAsync(pageByPage((from) => tenant.admin.listWebhooks({ limit: 2, ...from })));

    expect(pages.map(({ items }) => items.map(({ id }) => id))).toEqual([
      ids.slice(0, 2),
      ids.slice(2, 4),
      ids.slice(4),
    ]);
  });

  it('shows no secret', async () => {
    const { admin } = await aTenant(registry);
    const { secret, ...webhook } = await admin.createWebhook({ url: 'https://hooks.example.com/' });

    expect((await admin.listWebhooks({})).items).toEqual([webhook]);
  });

  it('refuses a cursor that was made up', async () => {
    const { admin } = await aTenant(registry);

    await expect(admin.listWebhooks({ cursor: 'Zm9yZ2Vk' })).rejects.toMatchObject({
      status: 400,
      code: 'cursor.invalid',
    });
  });

  it('is for admins alone: a URL may be a secret', async () => {
    const { releaser } = await aTenant(registry);

    await expect(releaser.listWebhooks({})).rejects.toMatchObject({ status: 403 });
  });
});
