import type { Model } from '../../domain/model.ts';
import { type ModelId, ModelName } from '../../domain/names.ts';
import { includes } from '../../domain/role.ts';
import type { Context } from '../../http/endpoint.ts';
import type { Clause } from './filter.ts';
import { inRank, isPassed, type Walk } from './found.ts';
import { markedBy } from './marked.ts';
import { holds } from './match.ts';
import { type Ranked, ranking } from './order.ts';
import type { Step } from './page.ts';
import { modelsNamed, namesIn, prefixIn } from './version-plans.ts';
import { momentsFrom } from './version-walks.ts';

type Steps = AsyncGenerator<Step<Model>>;

const rankOf = ({ name, createdAt, updatedAt }: Model): Ranked => ({ name, number: 0, createdAt, updatedAt });

/** The models that a filter asks for, in their order, with what had to be looked at in between. */
export async function* modelsFound(context: Context, clauses: readonly Clause[], walk: Walk): Steps {
  const names = namesIn(clauses);
  const marks = names ? undefined : await markedBy(context, clauses, 'model tag');
  const steps = names
    ? inRank(await modelsNamed(context, names), rankOf, walk)
    : marks
      ? inRank(await modelsOf(context, [...new Set(marks.map(({ model }) => model))]), rankOf, walk)
      : inOrder(context, clauses, walk);
  for await (const step of steps) {
    const { row, place, looked } = step;
    const isWanted =
      row &&
      includes(context.caller.roles, ['reader'], row.name) &&
      holds(clauses, { attributes: { name: row.name }, tags: row.tags });
    yield isWanted ? step : { place, looked };
  }
}

const inOrder = (context: Context, clauses: readonly Clause[], walk: Walk): Steps =>
  walk.orders[0]?.key === 'name' ? byName(context, prefixIn(clauses), walk) : byTime(context, walk);

async function* byName({ store, caller }: Context, prefix: string, { orders, behind, look }: Walk): Steps {
  const order = orders[0]?.descending ? ('descending' as const) : ('ascending' as const);
  let after = behind?.name === undefined ? undefined : ModelName.parse(behind.name);
  for (let isLast = false; !isLast; ) {
    const { items, next } = await store.models(
      caller.tenant,
      { prefix, order, limit: look, behind: after },
      () => true,
    );
    for (const model of items) yield { row: model, place: { name: model.name }, looked: 1 };
    after = items.at(-1)?.name;
    isLast = next === undefined || after === undefined;
  }
}

/** By the time of the last change, as versions are: see `versionsByTime`. */
async function* byTime(context: Context, { orders, behind, look }: Walk): Steps {
  const key = 'updatedAt';
  const rank = ranking(orders);
  const seen = new Set<ModelId>();
  let held: Model[] = [];
  for await (const { events, isLast } of momentsFrom(context, {
    key,
    descending: orders[0]?.descending === true,
    behind,
    look,
  })) {
    const times = new Set(events.map(({ model, at }) => `${model?.id}@${at}`));
    const ids = [...new Set(events.flatMap(({ model }) => (model && !seen.has(model.id) ? [model.id] : [])))];
    const found = (await modelsOf(context, ids)).filter((model) => times.has(`${model.id}@${model.updatedAt}`));
    for (const { id } of found) seen.add(id);
    const edge = isLast ? undefined : events.at(-1)?.at;
    const all = [...held, ...found].toSorted((one, other) => rank(rankOf(one), rankOf(other)));
    held = all.filter(({ updatedAt }) => updatedAt === edge);
    for (const model of all) {
      const place = rankOf(model);
      if (model.updatedAt !== edge && !isPassed(rank, place, behind)) yield { row: model, place, looked: 0 };
    }
    if (edge !== undefined) yield { place: { [key]: edge }, looked: events.length };
  }
}

async function modelsOf({ store, caller }: Context, ids: readonly ModelId[]): Promise<Model[]> {
  if (ids.length === 0) return [];
  const names = await store.lastNames(caller.tenant, ids);
  const living = [...names.values()].filter(({ deleted }) => !deleted).map(({ name }) => name);
  return [...(await store.modelsNamed(caller.tenant, living)).values()];
}
