import type { Subject } from '../domain/callback/format.ts';
import type { EventView } from '../domain/event.ts';
import type { Model } from '../domain/model.ts';
import type { Store } from '../store/store.ts';

/** What an event is about, as it is now, whatever its model is called by now. */
export async function subjectOf({ tenant, model, version }: EventView, store: Store): Promise<Subject> {
  if (!model) return {};
  const [named, numbered] = await Promise.all([
    store.model(tenant, model.name),
    version === undefined ? undefined : store.version({ tenant, id: model.id }, version),
  ]);
  return { model: named?.id === model.id ? named : await renamed(), version: numbered };

  async function renamed(): Promise<Model | undefined> {
    if (!model) return undefined;
    const name = (await store.lastNames(tenant, [model.id])).get(model.id);
    return name && !name.deleted ? store.model(tenant, name.name) : undefined;
  }
}
