import type { Event } from '../domain/event.ts';
import type { ModelId, ModelName } from '../domain/names.ts';
import type { Listed, PageOf } from '../store/store.ts';
import type { Context } from './endpoint.ts';
import { loadModel } from './load.ts';

/** Which events: all of the tenant's by time, or those of one model in their order. */
export interface Selection {
  readonly model?: ModelName | undefined;
  readonly modelId?: ModelId | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export type PageOfEvents = (page: PageOf) => Promise<Listed<Event>>;

/**
 * A way to page through the events of a selection.
 * @throws Failure `model.not_found`
 */
export async function eventsOf(selection: Selection, context: Context): Promise<PageOfEvents> {
  const { store, caller } = context;
  const between = { from: date(selection.from), to: date(selection.to) };
  const model = await modelIdOf(selection, context);
  return model
    ? (page) => store.chain(caller.tenant, model, { ...between, ...page })
    : (page) => store.events(caller.tenant, { ...between, ...page });
}

const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

/** A deleted model has no name any more: whoever asks by id has to be a reader of everything, as the row demands. */
export async function modelIdOf(
  { model, modelId }: Pick<Selection, 'model' | 'modelId'>,
  context: Context,
): Promise<ModelId | undefined> {
  if (model !== undefined) return (await loadModel(context, model)).id;
  return modelId;
}
