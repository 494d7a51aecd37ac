import { setTimeout } from 'node:timers/promises';
import { ModelName, TenantId, VersionNumber } from '../../shared/domain/names.ts';
import type { Services } from '../../shared/http/services.ts';

const MS_MAX = 30_000;

/** Waits until the validation of a version has come to its end: from then on, nothing happens to it by itself. */
export async function untilValidated(
  { store }: Services,
  tenant: string,
  name: string,
  version: number,
): Promise<void> {
  const model = await store.model(TenantId.parse(tenant), ModelName.parse(name));
  if (!model) throw new Error(`There is no model ${name}.`);
  for (const begun = performance.now(); performance.now() - begun < MS_MAX; await setTimeout(50)) {
    if (await store.check(model, VersionNumber.parse(version), 'signet/sha256')) return;
  }
  throw new Error(`${name} version ${version} was not validated.`);
}
