import type { Hold } from '../domain/hold.ts';
import type { ModelName } from '../domain/names.ts';
import type { Context } from './endpoint.ts';

/** What the models are called that holds cover. */
export async function namesOfHolds(
  { store, caller }: Context,
  holds: readonly Hold[],
): Promise<(hold: Hold) => ModelName | undefined> {
  const ids = holds.flatMap(({ covers }) => covers.model ?? []);
  const names = ids.length > 0 ? await store.lastNames(caller.tenant, ids) : new Map();
  return ({ covers }) => covers.model && names.get(covers.model)?.name;
}
