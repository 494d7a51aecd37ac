import { refText, type VersionRef } from '../../domain/dependency.ts';
import type { Mark } from '../../domain/mark.ts';
import type { Model } from '../../domain/model.ts';
import { type ModelId, ModelName, VersionNumber } from '../../domain/names.ts';
import { includes } from '../../domain/role.ts';
import { stateAt } from '../../domain/version.ts';
import { Failure } from '../../errors.ts';
import type { Context } from '../../http/endpoint.ts';
import type { Clause } from './filter.ts';
import { markedBy } from './marked.ts';
import { holds } from './match.ts';
import { type Ranked, ranking } from './order.ts';
import type { Step } from './page.ts';
import { type Found, learnNames, rankOf, versionsByTime, versionsOf, type Walk } from './version-walks.ts';

type Steps = AsyncGenerator<Step<Found>>;

/** How many versions are put in order by reading all of them, and how many models are asked for their numbers. */
const SORTED_MAX = 2_000;
const MODELS_MAX = 10_000;

/** The versions that a filter asks for, in their order, with what had to be looked at in between. */
export async function* versionsFound(context: Context, clauses: readonly Clause[], walk: Walk): Steps {
  const names = namesIn(clauses);
  const marks = names ? undefined : await markedBy(context, clauses, 'version tag');
  const steps = names
    ? versionsNamed(context, names, walk)
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

async function* versionsNamed(context: Context, names: readonly string[], walk: Walk): Steps {
  const models = await modelsNamed(context, names);
  const [only, ...more] = models;
  if (only && more.length === 0) yield* versionsOf(context, only, walk);
  else if (countOf(models) <= SORTED_MAX) yield* sorted(context, models, walk);
  else yield* versionsInOrder(context, walk);
}

async function* versionsMarked(context: Context, marks: readonly Mark[], walk: Walk): Steps {
  const refs = marks.flatMap(({ model, version }) => (version === undefined ? [] : [{ model, version }]));
  const names = new Map<ModelId, ModelName | undefined>();
  const versions = (await context.store.versionsAt(context.caller.tenant, uniqueRefs(refs))).filter(
    (version) => version !== undefined,
  );
  await learnNames(context, versions, names);
  yield* inRank(
    versions.flatMap((version) => {
      const name = names.get(version.model);
      return name === undefined || version.state === 'deleted' ? [] : [{ name, version }];
    }),
    walk,
  );
}

const uniqueRefs = (refs: readonly VersionRef[]): VersionRef[] => [
  ...new Map(refs.map((ref) => [refText(ref), ref])).values(),
];

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

/** The first version of every model, then the second of each: the models say how many they have. */
async function* versionsByNumber(context: Context, walk: Walk): Steps {
  const models = await allModels(context);
  const [first, second] = walk.orders;
  if (second?.key !== 'name') {
    if (countOf(models) <= SORTED_MAX) return yield* sorted(context, models, walk);
    throw new Failure(
      'request.invalid',
      'Among so many versions, version_number can only be followed by name in order_by.',
    );
  }
  const byName = models.toSorted(({ name: one }, { name: other }) => {
    const order = Buffer.compare(Buffer.from(one), Buffer.from(other));
    return second.descending ? -order : order;
  });
  const rank = ranking(walk.orders);
  const last = Math.max(0, ...models.map(({ nextVersion }) => nextVersion - 1));
  for (let step = 1; step <= last; step += 1) {
    const number = first?.descending ? last + 1 - step : step;
    const having = byName.filter(
      ({ name, nextVersion }) => number < nextVersion && !isBehind(rank, { name, number }, walk.behind),
    );
    for (let at = 0; at < having.length; at += walk.look)
      yield* numbered(context, having.slice(at, at + walk.look), number);
  }
}

const isBehind = (
  rank: (one: Ranked, other: Ranked) => number,
  one: Pick<Ranked, 'name' | 'number'>,
  behind: Walk['behind'],
): boolean =>
  behind !== undefined &&
  rank({ createdAt: '', updatedAt: '', ...one }, { createdAt: '', updatedAt: '', ...behind } as Ranked) <= 0;

async function* numbered({ store, caller }: Context, models: readonly Model[], number: number): Steps {
  const refs = models.map(({ id }) => ({ model: id, version: VersionNumber.parse(number) }));
  const versions = await store.versionsAt(caller.tenant, refs);
  for (const [index, version] of versions.entries()) {
    const name = models[index]?.name;
    if (version === undefined || name === undefined || version.state === 'deleted') continue;
    yield { row: { name, version }, place: { name, number }, looked: 1 };
  }
}

/** @throws Failure `request.invalid` where there are too many to ask all */
async function allModels({ store, caller }: Context): Promise<Model[]> {
  const models: Model[] = [];
  for (let after: ModelName | undefined, isLast = false; !isLast; ) {
    const { items, next } = await store.models(caller.tenant, { limit: 1_000, behind: after }, () => true);
    models.push(...items.filter(({ name }) => includes(caller.roles, ['reader'], name)));
    after = items.at(-1)?.name;
    if (models.length > MODELS_MAX) {
      throw new Failure(
        'request.invalid',
        `Among more than ${MODELS_MAX} models, order_by version_number needs a filter on name.`,
      );
    }
    isLast = next === undefined || after === undefined;
  }
  return models;
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
  yield* inRank(found, walk);
}

function* inRank(found: readonly Found[], { orders, behind }: Walk): Generator<Step<Found>> {
  const rank = ranking(orders);
  for (const row of found.toSorted((one, other) => rank(rankOf(one), rankOf(other)))) {
    if (behind && rank(rankOf(row), behind as Ranked) <= 0) continue;
    yield { row, place: rankOf(row), looked: 1 };
  }
}
