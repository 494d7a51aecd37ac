import { refText, type VersionRef } from '../../domain/dependency.ts';
import type { Event } from '../../domain/event.ts';
import type { Model } from '../../domain/model.ts';
import { type ModelId, type ModelName, VersionNumber } from '../../domain/names.ts';
import type { Version } from '../../domain/version.ts';
import type { Context } from '../../http/endpoint.ts';
import { type Found, isPassed, rankOf, underNames, type Walk } from './found.ts';
import { type Order, ranking } from './order.ts';
import type { Place, Step } from './page.ts';

type Steps = AsyncGenerator<Step<Found>>;

const stepOf = (row: Found): Step<Found> => ({ row, place: rankOf(row), looked: 1 });

/**
 * Versions by the time at which they were made or last changed. Every change of a version has its event, and events lie by
 * time: of those that tell of a version the one counts that is as old as what it tells of. So no change has to write an
 * index of its own, and a page is read where it is.
 */
export async function* versionsByTime(context: Context, { orders, behind, look }: Walk, model?: Model): Steps {
  const { key, descending } = orders[0] as Order & { key: 'createdAt' | 'updatedAt' };
  const rank = ranking(orders);
  const isNew = unseen();
  const names = new Map<ModelId, ModelName | undefined>(model ? [[model.id, model.name]] : []);
  let held: Found[] = [];
  for await (const { events, isLast } of momentsFrom(context, { key, descending, behind, look }, model)) {
    const found = await versionsTold(context, events, key, names);
    const all = [...held, ...found.filter(({ version }) => isNew(version))].toSorted((one, other) =>
      rank(rankOf(one), rankOf(other)),
    );
    // What happened at the very same time may go on in the next look, and has an order of its own.
    const edge = isLast ? undefined : events.at(-1)?.at;
    held = all.filter(({ version }) => version[key] === edge);
    for (const row of all) {
      if (row.version[key] === edge || isPassed(rank, rankOf(row), behind)) continue;
      yield { ...stepOf(row), looked: 0 };
    }
    if (edge !== undefined) yield { place: { [key]: edge }, looked: events.length };
  }
}

function unseen(): (version: Version) => boolean {
  const seen = new Set<string>();
  return ({ model, number }) => {
    const text = refText({ model, version: number });
    return !seen.has(text) && seen.add(text) !== undefined;
  };
}

interface Since {
  readonly key: 'createdAt' | 'updatedAt';
  readonly descending: boolean;
  readonly behind?: Place | undefined;
  readonly look: number;
}

/** Events of a model or of the whole tenant by time, look by look, with the whole of the time where it begins. */
export async function* momentsFrom(
  { store, caller }: Context,
  { key, descending, behind, look }: Since,
  model?: Model,
) {
  const edge = behind?.[key] === undefined ? undefined : new Date(behind[key]);
  const page = {
    limit: look,
    order: descending ? ('descending' as const) : ('ascending' as const),
    ...(edge && (descending ? { to: edge } : { from: edge })),
  };
  for (let after = {}, isLast = false; !isLast; ) {
    const asked = { ...page, ...after };
    const { items, next } = await (model
      ? store.chain(caller.tenant, model.id, asked)
      : store.events(caller.tenant, asked));
    isLast = next === undefined;
    after = { after: next };
    yield { events: items, isLast };
  }
}

/** The versions that events tell of, as they are now, where that is as the event left them. */
async function versionsTold(
  context: Context,
  events: readonly Event[],
  key: 'createdAt' | 'updatedAt',
  names: Map<ModelId, ModelName | undefined>,
): Promise<Found[]> {
  const told = events.flatMap((event) => refsIn(event, key).map((ref) => ({ ref, at: event.at })));
  const versions = await context.store.versionsAt(
    context.caller.tenant,
    told.map(({ ref }) => ref),
  );
  const current = versions.filter(
    (version, index): version is Version => version?.[key] === told[index]?.at && version?.state !== 'deleted',
  );
  return underNames(context, current, names);
}

function refsIn({ type, model, version, data }: Event, key: 'createdAt' | 'updatedAt'): VersionRef[] {
  if (!model || version === undefined || (key === 'createdAt' && type !== 'version.registered')) return [];
  const others = Array.isArray(data['archived']) ? data['archived'] : [];
  return [version, ...others].map((number) => ({ model: model.id, version: VersionNumber.parse(number) }));
}

/** The versions of one model, by whatever they are to be ordered: their numbers were given as time went on. */
export async function* versionsOf(context: Context, model: Model, { orders, behind, look }: Walk): Steps {
  const [first] = orders.filter(({ key }) => key !== 'name');
  if (first?.key === 'updatedAt') {
    yield* versionsByTime(context, { orders: orders.filter(({ key }) => key !== 'name'), behind, look }, model);
    return;
  }
  let after = behind?.number === undefined ? undefined : VersionNumber.parse(behind.number);
  for (let isLast = model.nextVersion === 1; !isLast; ) {
    const order = first?.descending ? ('descending' as const) : ('ascending' as const);
    const { items, next } = await context.store.versions(model, { order, limit: look, behind: after });
    for (const version of items) yield stepOf({ name: model.name, version });
    after = items.at(-1)?.number;
    isLast = next === undefined || after === undefined;
  }
}
