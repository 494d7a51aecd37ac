import type { TenantId } from '../domain/names.ts';
import type { Principal } from '../domain/principal.ts';
import { Logged, Received, Staged } from '../domain/staged.ts';
import { keys } from './keys.ts';
import { everything } from './list.ts';
import { readerOf } from './read.ts';
import type { Table } from './table.ts';

/** What was uploaded, and is no version's yet. Rows that are over may still be there. */
export interface StagedStore {
  staged(tenant: TenantId, by: Principal, path: string): Promise<Staged | undefined>;
  /** All below a directory, or all that there are. */
  stagedBelow(tenant: TenantId, by: Principal, directory: string): Promise<readonly Staged[]>;
  logged(tenant: TenantId, by: Principal, loggedModelId: string): Promise<Logged | undefined>;
  /** The files of a list, in their order. */
  received(tenant: TenantId, list: string): Promise<readonly Received[]>;
}

export function stagedStore(table: Table): StagedStore {
  const read = readerOf(table);
  return {
    staged: (tenant, by, path) => read(Staged, keys.staged(tenant, by, path)),

    async stagedBelow(tenant, by, directory) {
      const prefix = keys.stagedBelow(directory === '' ? '' : `${directory}/`);
      const items = await everything(table, { pk: keys.stagedBy(tenant, by), prefix });
      return items.map((item) => Staged.parse(item));
    },

    logged: (tenant, by, loggedModelId) => read(Logged, keys.logged(tenant, by, loggedModelId)),

    async received(tenant, list) {
      return (await everything(table, { pk: keys.received(tenant, list) })).map((item) => Received.parse(item));
    },
  };
}
