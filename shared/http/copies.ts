import type { EntityWrite } from '../domain/change.ts';
import { counted, type Edge, refOf, refText } from '../domain/dependency.ts';
import { markNeeded } from '../domain/needs.ts';
import { erasedIn, type Version } from '../domain/version.ts';
import type { Context } from './endpoint.ts';
import type { Asking } from './ties.ts';

const LOOK = 100;

/**
 * Notes that a version is about to be a copy of another one, whose files it has: from then on whoever deletes those looks
 * for copies. Answers what the registration of the copy has to be written with, so that it meets a deletion.
 * @throws Failure `artifact.deleted`
 */
export async function noteCopy({ store, caller }: Context, copy: Version, name: string): Promise<EntityWrite[]> {
  if (!copy.copyOf) return [];
  const usage = await store.usage(caller.tenant);
  const [original] = await store.versionsAt(caller.tenant, [copy.copyOf]);
  if (!original) return [];
  const erased = erasedIn({ name }, original);
  if (erased) throw erased;
  if (!original.needed) await store.commit(markNeeded(original));
  await store.note([{ kind: 'edge', tenant: caller.tenant, ...copy.copyOf, by: refOf(copy) }]);
  return [counted(caller.tenant, usage)];
}

/** Whether there is a copy of a version, of a model that is still there. */
export async function hasCopy({ store, caller }: Asking, { model, number: version }: Version): Promise<boolean> {
  let behind: Edge | undefined;
  do {
    const { items, next } = await store.edges(caller.tenant, model, { version, limit: LOOK, behind });
    const versions = await store.versionsAt(
      caller.tenant,
      items.map(({ by }) => by),
    );
    const copies = versions.filter(
      (one) => one?.copyOf && one.state === 'complete' && refText(one.copyOf) === refText({ model, version }),
    );
    const names = await store.lastNames(
      caller.tenant,
      copies.flatMap((one) => one?.model ?? []),
    );
    if (copies.some((one) => one && names.get(one.model)?.deleted === false)) return true;
    behind = next && items.at(-1);
  } while (behind);
  return false;
}
