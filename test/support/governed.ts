import type { Sent } from '../../shared/contract/operations.ts';
import type { TestTenant } from './registry.ts';
import { aModelOf, aVersionOf } from './setting-up.ts';

export type Policy = Sent<'putPolicy'>['policy'];
export type One = { readonly model: string; readonly version: number };

/** A policy that demands nothing but votes before production. */
export const votes = (required = 1, over: object = {}): Policy => ({
  approvals: { production: { required, ...over } },
});

/** A new version in staging, of a model with this policy. */
export async function aStaged(
  tenant: TestTenant,
  policy: Policy = votes(),
  over: Partial<Sent<'registerVersion'>> = {},
): Promise<One> {
  const model = await aModelOf(tenant);
  await tenant.admin.putPolicy({ model, policy });
  return stagedIn(tenant, model, over);
}

/** A new version in staging, of a model that is there. */
export async function stagedIn(
  tenant: TestTenant,
  model: string,
  over: Partial<Sent<'registerVersion'>> = {},
): Promise<One> {
  const version = await aVersionOf(tenant, model, over);
  await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
  return { model, version };
}

/** A request of the publisher to let a version into production. */
export async function anApprovalOf({ publisher }: TestTenant, one: One) {
  const { id } = await publisher.requestApproval({ ...one, stage: 'production' });
  return { ...one, approval: id };
}

/** A further member with a role, and who that is. */
export async function aMember(
  { admin }: TestTenant,
  keys: { readonly arn: string },
  role: 'reviewer' | 'releaser' | 'admin' | 'publisher',
  person?: string,
): Promise<void> {
  await admin.putMember({ principal: keys.arn, roles: [{ role }], ...(person !== undefined && { person }) });
}
