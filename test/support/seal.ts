import { sealLog } from '../../shared/audit/seal-log.ts';
import { TenantId } from '../../shared/domain/names.ts';
import type { Services } from '../../shared/http/services.ts';

/** Makes a checkpoint of all that has happened in a tenant, as the schedule does. */
export async function seal({ store, signer, checkpoints, now }: Services, tenant: string): Promise<void> {
  const log = await store.log(TenantId.parse(tenant));
  if (!log) throw new Error(`There is no log of ${tenant}.`);
  await sealLog({ store, signer, checkpoints, now: now() }, log);
}
