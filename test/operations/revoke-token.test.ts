import { expect, it } from 'vitest';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant } from '../support/registry.ts';

describeOperation('revokeToken', (registry) => {
  it('ends a token once: a repeat changes nothing', async () => {
    const { admin, publisher } = await aTenant(registry);
    const { id, principal } = await publisher.createToken({ label: 'one' });
    const revoked = await publisher.revokeToken({ token: id });

    expect(revoked).toMatchObject({ id, revokedBy: principal, revokedAt: expect.any(String) });
    expect(await publisher.revokeToken({ token: id })).toEqual(revoked);
    const { items } = await admin.listEvents({});
    expect(items.filter(({ type }) => type === 'token.revoked')).toMatchObject([{ data: { token: id, principal } }]);
  });

  it('lets an admin end anybody’s, and nobody else: to them it is not there', async () => {
    const { admin, publisher, releaser } = await aTenant(registry);
    const { id } = await publisher.createToken({ label: 'one' });

    await expect(releaser.revokeToken({ token: id })).rejects.toMatchObject({ status: 404, code: 'token.not_found' });
    expect(await admin.revokeToken({ token: id })).toMatchObject({ id, revokedAt: expect.any(String) });
  });

  it('404: one of another tenant, as one that is not there', async () => {
    const [tenant, other] = [await aTenant(registry), await aTenant(registry)];
    const { id } = await other.publisher.createToken({ label: 'one' });

    for (const token of [id, '01JNF4YVQ4R9S8T7V6W5X4Y3Z2']) {
      await expect(tenant.admin.revokeToken({ token })).rejects.toMatchObject({ status: 404, code: 'token.not_found' });
    }
  });

  it('400: names the field', async () => {
    const { admin } = await aTenant(registry);

    await expect(admin.revokeToken({ token: 'x' as never })).rejects.toMatchObject({
      status: 400,
      issues: [{ field: 'token' }],
    });
  });
});
