import { expect, it } from 'vitest';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';

describeOperation('listTokens', (registry) => {
  it('lists the tokens of whoever asks, and an admin sees all of the tenant and of no other', async () => {
    const [tenant, other] = [await aTenant(registry), await aTenant(registry)];
    await other.admin.createToken({ label: 'elsewhere' });
    const mine = await tenant.publisher.createToken({ label: 'one' });
    const theirs = await tenant.reader.createToken({ label: 'two' });

    expect((await tenant.publisher.listTokens({})).items.map(({ id }) => id)).toEqual([mine.id]);
    expect((await tenant.releaser.listTokens({})).items).toEqual([]);
    expect((await tenant.admin.listTokens({})).items.map(({ id }) => id)).toEqual([mine.id, theirs.id]);
  });

  it('shows no token', async () => {
    const { publisher } = await aTenant(registry);
    const { token: _, ...made } = await publisher.createToken({ label: 'one' });

    expect((await publisher.listTokens({})).items).toEqual([made]);
  });

  it('leaves out what was revoked', async () => {
    const { publisher } = await aTenant(registry);
    const { id } = await publisher.createToken({ label: 'one' });
    await publisher.revokeToken({ token: id });

    expect((await publisher.listTokens({})).items).toEqual([]);
  });

  it('refuses a cursor that was made up', async () => {
    const { reader } = await aTenant(registry);

    await expect(reader.listTokens({ cursor: 'Zm9yZ2Vk' })).rejects.toMatchObject({
      status: 400,
      code: 'cursor.invalid',
    });
  });

  itEmbedded('leaves out what has ended', async () => {
    const { publisher } = await aTenant(registry);
    await publisher.createToken({ label: 'one', seconds: 300 });
    registry.clock.advance(301_000);

    expect((await publisher.listTokens({})).items).toEqual([]);
  });
});
