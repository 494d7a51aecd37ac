import type { Sent } from '../../shared/contract/operations.ts';
import type { One } from './governed.ts';
import type { TestTenant } from './registry.ts';
import { aModelOf, aVersionOf } from './setting-up.ts';

/** A new version of a new model, that needs these. */
export async function aVersionOn(
  tenant: TestTenant,
  dependsOn: readonly One[] = [],
  over: Partial<Sent<'registerVersion'>> = {},
): Promise<One> {
  const model = await aModelOf(tenant);
  return { model, version: await aVersionOf(tenant, model, { ...over, dependsOn: [...dependsOn] }) };
}

/** The same, on its way to a stage. */
export async function anActiveOn(
  tenant: TestTenant,
  stage: 'staging' | 'production',
  dependsOn: readonly One[] = [],
): Promise<One> {
  const one = await aVersionOn(tenant, dependsOn);
  await tenant.releaser.promoteVersion({ ...one, stage: 'staging' });
  if (stage === 'production') await tenant.releaser.promoteVersion({ ...one, stage });
  return one;
}

/** A version that is needed by one in a stage. */
export async function aNeededOne(tenant: TestTenant, stage: 'staging' | 'production' = 'production') {
  const needed = await anActiveOn(tenant, 'production');
  return { needed, by: await anActiveOn(tenant, stage, [needed]) };
}

export const nameOf = ({ model, version }: One): string => `${model}:${version}`;
