import type { Model } from '../domain/model.ts';
import type { Context } from '../http/endpoint.ts';
import type { Answer } from './call.ts';
import { latestOfEach } from './latest.ts';
import { modelVersion, registeredModel } from './present.ts';
import { MODELS, VERSIONS } from './search/comparison.ts';
import { clausesOf } from './search/filter.ts';
import { modelsFound } from './search/models-found.ts';
import { MODEL_ORDERS, ordersOf, VERSION_ORDERS } from './search/order.ts';
import { type Place, pageOf, placeOf, positionOf } from './search/page.ts';
import { versionsFound } from './search/version-plans.ts';

/**
 * So many are read at once: one more than is asked for, which tells whether there is more, and no more than the store
 * gives. Most searches want all that they come by.
 */
const lookFor = (limit: number): number => Math.min(1_000, Math.max(100, limit + 1));

export const searchRegisteredModels: Answer<'searchRegisteredModels'> = async (input, context) => {
  const { filter = '', order_by, max_results: limit } = input;
  const walk = { orders: ordersOf(order_by, MODEL_ORDERS), behind: placeOf(context.after), look: lookFor(limit) };
  const { rows, next } = await pageOf<Model>(modelsFound(context, clausesOf(filter, MODELS), walk), limit, weightOf);
  const latest = await latestOfEach(context, rows);
  const models = rows.map((model, index) => registeredModel(model, latest[index] ?? []));
  return { ...(models.length > 0 && { registered_models: models }), ...tokenFor(next, context) };
};

export const searchModelVersions: Answer<'searchModelVersions'> = async (input, context) => {
  const { filter = '', order_by, max_results: limit } = input;
  const walk = { orders: ordersOf(order_by, VERSION_ORDERS), behind: placeOf(context.after), look: lookFor(limit) };
  const steps = versionsFound(context, clausesOf(filter, VERSIONS), walk);
  const { rows, next } = await pageOf(steps, limit, ({ version }) => weightOf(version));
  return {
    ...(rows.length > 0 && { model_versions: rows.map(({ name, version }) => modelVersion({ name }, version)) }),
    ...tokenFor(next, context),
  };
};

/** About what it is in an answer: the rest of it is of one size. */
const weightOf = ({ description, tags }: { readonly description: string; readonly tags: object }): number =>
  500 + description.length + JSON.stringify(tags).length;

function tokenFor(next: Place | undefined, { cursorFor }: Context) {
  const { cursor } = cursorFor(next && positionOf(next));
  return cursor === undefined ? {} : { next_page_token: cursor };
}
