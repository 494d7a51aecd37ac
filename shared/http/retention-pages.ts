import { type RetentionView, retentionView } from '../contract/retention-views.ts';
import type { Grave, Model } from '../domain/model.ts';
import type { ModelId, VersionNumber } from '../domain/names.ts';
import { decide } from '../domain/retention/decide.ts';
import type { Tenant } from '../domain/tenant.ts';
import { keys } from '../store/keys.ts';
import type { Position } from '../store/table.ts';
import type { Context } from './endpoint.ts';
import { survey } from './survey.ts';

/** How many versions a page looks at, when there is something to say of few of them. */
const LOOKED_AT_MAX = 200;

/** Where a walk over all versions is: in a model, and behind one of its versions. Models come first, then deleted ones. */
interface Place {
  readonly model?: Model | Grave | undefined;
  readonly behind?: number;
}

export interface Asked {
  readonly limit: number;
  readonly acting: boolean;
}

/** One page of what becomes of the versions of one model. */
export async function pageOfModel(context: Context, tenant: Tenant, model: Model, asked: Asked) {
  const behind = Number(context.after?.['version'] ?? 0);
  const { items, place } = await walk(context, tenant, { model, behind }, asked, async () => undefined);
  return { items, ...context.cursorFor(place && positionOf(place)) };
}

/** One page of what becomes of all versions of a tenant. */
export async function pageOfAll(context: Context, tenant: Tenant, asked: Asked) {
  const { after, store } = context;
  const model =
    after?.['model'] === undefined ? undefined : await store.modelOfId(tenant.id, after['model'] as ModelId);
  const start = model ?? (await firstBehind(context, tenant, undefined));
  const behind = Number(after?.['version'] ?? 0);
  if (!start) return { items: [] };
  const next = (one: Model | Grave) => firstBehind(context, tenant, one);
  const { items, place } = await walk(context, tenant, { model: start, behind }, asked, next);
  return { items, ...context.cursorFor(place && positionOf(place)) };
}

const positionOf = ({ model, behind = 0 }: Place): Position => ({ model: model?.id ?? '', version: String(behind) });

/** The model that comes next by name, or the next deleted one. */
async function firstBehind({ store }: Context, { id }: Tenant, model: Model | Grave | undefined) {
  if (model?.kind !== 'grave') {
    const after = model && keys.model(id, model.name);
    const [next] = (await store.models(id, { limit: 1, ...(after && { after: { ...after } }) }, () => true)).items;
    if (next) return next;
  }
  const after = model?.kind === 'grave' ? { ...keys.grave(id, model.id) } : undefined;
  return (await store.graves(id, { limit: 1, ...(after && { after }) })).items[0];
}

/** Looks at versions until the page is full, or has looked at enough of them. */
async function walk(
  context: Context,
  tenant: Tenant,
  start: Place,
  { limit, acting }: Asked,
  next: (model: Model | Grave) => Promise<Model | Grave | undefined>,
): Promise<{ items: RetentionView[]; place?: Place }> {
  const items: RetentionView[] = [];
  let { model, behind = 0 } = start;
  for (let looked = 0; model; ) {
    if (items.length >= limit || looked >= LOOKED_AT_MAX) return { items, place: { model, behind } };
    const page = await looksAt(context, tenant, model, { behind, limit: limit - items.length });
    items.push(...page.views.filter(({ actions, kept }) => actions.length > 0 || (!acting && kept.length > 0)));
    looked += page.views.length + 1;
    behind = page.behind ?? 0;
    if (page.behind === undefined) model = await next(model);
  }
  return { items };
}

/** What becomes of some versions of a model, and behind which of them there are more. */
async function looksAt(
  context: Context,
  tenant: Tenant,
  model: Model | Grave,
  { behind, limit }: { readonly behind: number; readonly limit: number },
) {
  const { store, now } = context;
  const after = { ...keys.version(tenant.id, model.id, behind as VersionNumber) };
  const [policies, page] = await Promise.all([
    store.policies(tenant.id, model.id),
    store.allVersions(model, { limit, after }),
  ]);
  const views = await Promise.all(
    page.items.map(async (version) => {
      const { snapshot, days } = await survey(context, { tenant, model, policies }, version);
      return retentionView(model.name, version, decide(snapshot, days, now));
    }),
  );
  return { views, behind: page.next && page.items.at(-1)?.number };
}
