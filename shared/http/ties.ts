import {
  counted,
  DEPENDENTS_NAMED,
  type Edge,
  type Neighbour,
  NO_TIES,
  refOf,
  type Ties,
  type VersionRef,
} from '../domain/dependency.ts';
import type { Model } from '../domain/model.ts';
import type { ModelId, ModelName } from '../domain/names.ts';
import {
  activeBehind,
  holds,
  holdsModel,
  type LastName,
  neighbour,
  neighbourAt,
  type Onlooker,
} from '../domain/neighbours.ts';
import { includes } from '../domain/role.ts';
import { isAtWork } from '../domain/ties.ts';
import type { Version } from '../domain/version.ts';
import type { Listed } from '../store/store.ts';
import type { Caller } from './caller.ts';
import type { Context } from './endpoint.ts';

/** How many edges, and then the versions behind them, are read at once. */
const LOOK = 100;

/** Whose tenant it is, and which models may be named. */
export interface Asking extends Pick<Context, 'store' | 'now'> {
  readonly caller: Pick<Caller, 'tenant' | 'roles'>;
}

/** What is about to move: a version that enters a stage, and others that leave theirs. */
export interface Moving {
  readonly entering?: Version;
  readonly leaving: readonly Version[];
}

/**
 * What rule 8 and its gate have to know of what is about to move. The count is read first: see `Usage`. Versions without
 * dependencies that nobody needs, which most are, cost nothing.
 */
export async function loadTies(context: Asking, { entering, leaving }: Moving): Promise<Ties> {
  const { store, caller } = context;
  const needs = entering?.needs ?? [];
  const needed = leaving.filter((version) => version.needed);
  if (needs.length === 0 && needed.length === 0) return NO_TIES;

  const usage = await store.usage(caller.tenant);
  const [neighbours, dependents] = await Promise.all([
    neighboursAt(context, needs),
    dependentsOf(context, needed, (edge) => holds(edge, entering && refOf(entering))),
  ]);
  return { needs: neighbours, dependents, counted: counted(caller.tenant, usage) };
}

/** The same for a whole model that is about to be deleted: what needs one of its versions, in other models. */
export async function loadTiesOf(context: Context, find: () => Promise<Model>): Promise<{ model: Model; ties: Ties }> {
  const { store, caller } = context;
  const [usage, model] = await Promise.all([store.usage(caller.tenant), find()]);
  const active = await activeAmong(context, (page) => store.edges(caller.tenant, model.id, page), holdsModel);
  return { model, ties: { needs: [], dependents: active, counted: counted(caller.tenant, usage) } };
}

async function dependentsOf(
  context: Asking,
  needed: readonly Version[],
  counts: (edge: Edge) => boolean,
): Promise<Neighbour[]> {
  const { store, caller } = context;
  const found: Neighbour[] = [];
  for (const { model, number: version } of needed) {
    if (found.length > DEPENDENTS_NAMED) break;
    found.push(
      ...(await activeAmong(context, (page) => store.edges(caller.tenant, model, { version, ...page }), counts)),
    );
  }
  return found.slice(0, DEPENDENTS_NAMED + 1);
}

/** The active versions behind edges, page by page: no more of them than a refusal tells of. */
async function activeAmong(
  context: Asking,
  read: (page: { limit: number; behind: Edge | undefined }) => Promise<Listed<Edge>>,
  counts: (edge: Edge) => boolean,
): Promise<Neighbour[]> {
  const found: Neighbour[] = [];
  let behind: Edge | undefined;
  do {
    const { items, next } = await read({ limit: LOOK, behind });
    found.push(...(await activeNeighbours(context, items.filter(counts))));
    behind = next && items.at(-1);
  } while (behind && found.length <= DEPENDENTS_NAMED);
  return found.slice(0, DEPENDENTS_NAMED + 1);
}

async function activeNeighbours(context: Asking, edges: readonly Edge[]): Promise<Neighbour[]> {
  const { store, caller } = context;
  const versions = await store.versionsAt(
    caller.tenant,
    edges.map(({ by }) => by),
  );
  const active = activeBehind(edges, versions);
  const names = await store.lastNames(
    caller.tenant,
    active.map(({ model }) => model),
  );
  return active.map((version) => neighbour(version, names, onlooker(context))).filter(isAtWork);
}

/** Versions as they are now, in the order of the references. */
async function neighboursAt(context: Asking, refs: readonly VersionRef[]): Promise<Neighbour[]> {
  if (refs.length === 0) return [];
  const { store, caller } = context;
  const [versions, names] = await Promise.all([
    store.versionsAt(caller.tenant, refs),
    store.lastNames(
      caller.tenant,
      refs.map(({ model }) => model),
    ),
  ]);
  // What is not there any more is no less missing than what is deleted.
  return refs.map((ref, index) => neighbourAt(ref, versions[index], names, onlooker(context)));
}

const onlooker = ({ caller, now }: Pick<Asking, 'caller' | 'now'>): Onlooker => ({ roles: caller.roles, now });

/** What the models are called that versions need, of those that the caller may read: asked only where they need any. */
export async function namesOfNeeds(
  { store, caller }: Context,
  ...versions: readonly Version[]
): Promise<ReadonlyMap<ModelId, ModelName>> {
  const ids = versions.flatMap(({ needs }) => needs.map(({ model }) => model));
  const names = ids.length > 0 ? await store.lastNames(caller.tenant, ids) : new Map<ModelId, LastName>();
  const readable = [...names].filter(([, { name }]) => includes(caller.roles, ['reader'], name));
  return new Map(readable.map(([id, { name }]) => [id, name]));
}
