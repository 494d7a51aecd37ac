import type { Mark } from '../../domain/mark.ts';
import type { Model } from '../../domain/model.ts';
import { ModelName, VersionNumber } from '../../domain/names.ts';
import { includes } from '../../domain/role.ts';
import { stateAt } from '../../domain/version.ts';
import type { Context } from '../../http/endpoint.ts';
import { versionsByNumber } from './by-number.ts';
import type { Clause } from './filter.ts';
import { type Found, inRank, rankOf, versionsKnown, type Walk } from './found.ts';
import { markedBy } from './marked.ts';
import { holds } from './match.ts';
import type { Step } from './page.ts';
import { versionsByTime, versionsOf } from './version-walks.ts';

type Steps = AsyncGenerator<Step<Found>>;

/** How many versions are put in order by reading all of them, and of how many models whose names begin alike. */
const SORTED_MAX = 2_000;
const ALIKE_MAX = 100;

/** The versions that a filter asks for, in their order, with what had to be looked at in between. */
export async function* versionsFound(context: Context, clauses: readonly Clause[], walk: Walk): Steps {
  const models = await modelsMeant(context, clauses);
  const marks = models ? undefined : await markedBy(context, clauses, 'version tag');
  const steps = models
    ? versionsOfModels(context, models, walk)
    : marks
      ? versionsMarked(context, marks, walk)
      : versionsInOrder(context, walk);
  for await (const step of steps) {
    const { row, place, looked } = step;
    yield row && isWanted(row, clauses, context) ? { ...step, row: asOf(row, context) } : { place, looked };
  }
}

const asOf = ({ name, version }: Found, { now }: Context): Found => ({
  name,
  version: { ...version, state: stateAt(version, now) },
});

function isWanted({ name, version }: Found, clauses: readonly Clause[], { caller }: Context): boolean {
  const attributes = {
    name,
    version_number: version.number,
    run_id: version.lineage.runId ?? '',
    source_path: version.source ?? '',
  };
  return includes(caller.roles, ['reader'], name) && holds(clauses, { attributes, tags: version.tags });
}

/** The names that alone can be meant, if a filter says so. */
export function namesIn(clauses: readonly Clause[]): string[] | undefined {
  const sets = clauses.flatMap(({ on, comparator, value }) => {
    if (!('attribute' in on) || on.attribute !== 'name') return [];
    return comparator === '=' || comparator === 'IN' ? [[value].flat().map(String)] : [];
  });
  const [first, ...others] = sets;
  return first?.filter((name) => others.every((set) => set.includes(name)));
}

/** How names have to begin, if a filter says so. */
export function prefixIn(clauses: readonly Clause[]): string {
  const prefixes = clauses.flatMap(({ on, comparator, value }) =>
    'attribute' in on && on.attribute === 'name' && comparator === 'LIKE'
      ? [String(value).split(/[%_]/, 1)[0] ?? '']
      : [],
  );
  return prefixes.toSorted((one, other) => other.length - one.length)[0] ?? '';
}

/** The models that alone can be meant, if a filter says so of their names and there are not too many. */
async function modelsMeant(context: Context, clauses: readonly Clause[]): Promise<Model[] | undefined> {
  const names = namesIn(clauses);
  if (names) return modelsNamed(context, names);
  const prefix = prefixIn(clauses);
  if (prefix === '') return undefined;
  const { store, caller } = context;
  const { items, next } = await store.models(caller.tenant, { prefix, limit: ALIKE_MAX }, () => true);
  return next ? undefined : items.filter(({ name }) => includes(caller.roles, ['reader'], name));
}

async function* versionsOfModels(context: Context, models: readonly Model[], walk: Walk): Steps {
  const [only, ...more] = models;
  if (only && more.length === 0) yield* versionsOf(context, only, walk);
  else if (countOf(models) <= SORTED_MAX) yield* sorted(context, models, walk);
  else yield* versionsInOrder(context, walk);
}

async function* versionsMarked(context: Context, marks: readonly Mark[], walk: Walk): Steps {
  const refs = marks.flatMap(({ model, version }) => (version === undefined ? [] : [{ model, version }]));
  yield* inRank(await versionsKnown(context, refs), rankOf, walk);
}

/** Those of these models that there are, and that the caller may read. */
export async function modelsNamed({ store, caller }: Context, names: readonly string[]): Promise<Model[]> {
  const valid = names.flatMap((name) => ModelName.safeParse(name).data ?? []);
  const models = await store.modelsNamed(caller.tenant, valid);
  return [...models.values()].filter(({ name }) => includes(caller.roles, ['reader'], name));
}

const countOf = (models: readonly Model[]): number => models.reduce((sum, { nextVersion }) => sum + nextVersion - 1, 0);

function versionsInOrder(context: Context, walk: Walk): Steps {
  switch (walk.orders[0]?.key) {
    case 'name':
      return versionsByName(context, walk);
    case 'number':
      return versionsByNumber(context, walk);
    default:
      return versionsByTime(context, walk);
  }
}

/** Model by model. */
async function* versionsByName(context: Context, { orders, behind, look }: Walk): Steps {
  const order = orders[0]?.descending ? ('descending' as const) : ('ascending' as const);
  let after = behind?.name === undefined ? undefined : ModelName.parse(behind.name);
  const begun = after !== undefined && behind?.number !== undefined && (await modelsNamed(context, [after]))[0];
  if (begun) yield* versionsOf(context, begun, { orders, behind, look });
  for (let isLast = false; !isLast; ) {
    const page = { order, limit: 100, behind: after };
    const { items, next } = await context.store.models(context.caller.tenant, page, () => true);
    for (const model of items) {
      if (includes(context.caller.roles, ['reader'], model.name)) yield* versionsOf(context, model, { orders, look });
      yield { place: { name: model.name }, looked: 1 };
    }
    after = items.at(-1)?.name;
    isLast = next === undefined || after === undefined;
  }
}

/** All versions of these models, which are few, in whatever order. */
async function* sorted({ store, caller }: Context, models: readonly Model[], walk: Walk): Steps {
  const refs = models.flatMap(({ id, nextVersion }) =>
    Array.from({ length: nextVersion - 1 }, (_, index) => ({ model: id, version: VersionNumber.parse(index + 1) })),
  );
  const names = new Map(models.map(({ id, name }) => [id, name]));
  const found = (await store.versionsAt(caller.tenant, refs)).flatMap((version): Found[] => {
    const name = version && names.get(version.model);
    return name === undefined || version === undefined || version.state === 'deleted' ? [] : [{ name, version }];
  });
  yield* inRank(found, rankOf, walk);
}
