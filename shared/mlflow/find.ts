import type { Model } from '../domain/model.ts';
import { ModelName, NewModelName, VersionNumber } from '../domain/names.ts';
import { stateAt, type Version } from '../domain/version.ts';
import { Failure } from '../errors.ts';
import type { Context } from '../http/endpoint.ts';

/**
 * A name as it was sent.
 * @throws Failure `request.invalid`, in MLflow's words where it has some
 */
const nameOf = (text: string): ModelName => named(text, ModelName, 'name');

/** What a model is to be called: see `nameOf`. `field` is the parameter that says it. */
export const newNameOf = (text: string, field: 'name' | 'new_name'): ModelName => named(text, NewModelName, field);

function named(text: string, schema: typeof ModelName, field: string): ModelName {
  if (text.trim() === '') throw new Failure('request.invalid', `Missing value for required parameter '${field}'.`);
  if (/[/:]/.test(text)) {
    throw new Failure('request.invalid', `Invalid model name '${text}'. Names cannot contain '/' or ':'.`);
  }
  const { success, data, error } = schema.safeParse(text);
  if (success) return data;
  throw new Failure('request.invalid', `Invalid model name '${text}': ${error.issues[0]?.message}.`);
}

/** @throws Failure `model.not_found` */
export async function findModel({ store, caller }: Context, text: string): Promise<Model> {
  const model = await store.model(caller.tenant, nameOf(text));
  if (model) return model;
  throw new Failure('model.not_found', `Registered Model with name=${text} not found`);
}

/** @throws Failure `request.invalid` */
function numberOf(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new Failure('request.invalid', `Parameter 'version' must be an integer, got '${text}'.`);
}

/**
 * A version in the state of this moment, with its model.
 * @throws Failure `version.not_found`: of an absent model too, as MLflow has it
 */
export async function findVersion(
  context: Context,
  name: string,
  text: string,
): Promise<{ model: Model; version: Version }> {
  const number = numberOf(text);
  const model = await context.store.model(context.caller.tenant, nameOf(name));
  const { success, data } = VersionNumber.safeParse(number);
  const version = model && success ? await context.store.version(model, data) : undefined;
  if (model && version && version.state !== 'deleted') {
    return { model, version: { ...version, state: stateAt(version, context.now) } };
  }
  throw new Failure('version.not_found', `Model Version (name=${name}, version=${number}) not found`);
}
