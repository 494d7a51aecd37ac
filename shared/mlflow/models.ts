import { createModel, deleteModel, type Model, renameModel, updateModel } from '../domain/model.ts';
import { ModelId } from '../domain/names.ts';
import { isPrompt } from '../domain/prompt.ts';
import { Description, TagChanges, Tags } from '../domain/text.ts';
import type { Context } from '../http/endpoint.ts';
import { keepName } from '../http/governed.ts';
import { loadRetainedOf } from '../http/retained.ts';
import { loadTiesOf } from '../http/ties.ts';
import { type Answer, changing } from './call.ts';
import { findModel, newNameOf } from './find.ts';
import { given } from './given.ts';
import { latestVersions } from './latest.ts';
import { registeredModel } from './present.ts';
import { keepNameFree } from './prompts.ts';
import { tagKey, tagsOf, tagValue } from './tags.ts';

const shown = async (model: Model, context: Context) => ({
  registered_model: registeredModel(model, await latestVersions(context, model)),
});

export const createRegisteredModel = changing<'createRegisteredModel', Model>(async (input, context) => {
  const { store, caller, services } = context;
  const name = newNameOf(input.name, 'name');
  const tags = given(Tags, tagsOf(input.tags), 'tags');
  const description = given(Description, input.description ?? '', 'description');
  const [existing, { ofTenant: policy }] = await Promise.all([
    store.model(caller.tenant, name),
    store.policies(caller.tenant),
  ]);
  keepNameFree(name, existing, isPrompt(tags));
  const id = ModelId.parse(services.newId());
  return createModel(caller.tenant, id, { name, description, tags }, { existing, policy }, context);
}, shown);

export const getRegisteredModel: Answer<'getRegisteredModel'> = async ({ name }, context) =>
  shown(await findModel(context, name), context);

export const renameRegisteredModel = changing<'renameRegisteredModel', Model>(async (input, context) => {
  const { store, caller } = context;
  const name = newNameOf(input.new_name, 'new_name');
  const [model, existing] = await Promise.all([findModel(context, input.name), store.model(caller.tenant, name)]);
  keepNameFree(name, existing, existing !== undefined && isPrompt(existing.tags));
  await keepName(context, model);
  return renameModel(model, existing, name, context);
}, shown);

/** Without a description there is none afterwards, as MLflow has it. */
export const updateRegisteredModel = changing<'updateRegisteredModel', Model>(async (input, context) => {
  const description = given(Description, input.description ?? '', 'description');
  return updateModel(await findModel(context, input.name), { description }, context);
}, shown);

/** An open lifecycle enforces nothing: there, MLflow deletes whatever is in use. */
export const deleteRegisteredModel = changing<'deleteRegisteredModel', Model>(async ({ name }, context) => {
  const { model, ties } = await loadTiesOf(context, () => findModel(context, name));
  const [retained] = await Promise.all([loadRetainedOf(context, model), keepName(context, model)]);
  return deleteModel(model, { force: false, evenInUse: true, ties, retained }, context);
});

export const setRegisteredModelTag = changing<'setRegisteredModelTag', Model>(async ({ name, key, value }, context) => {
  const tags = given(TagChanges, { [tagKey(key)]: tagValue(value ?? '') }, 'tags');
  return updateModel(await findModel(context, name), { tags }, context);
});

export const deleteRegisteredModelTag = changing<'deleteRegisteredModelTag', Model>(async ({ name, key }, context) => {
  const tags = given(TagChanges, { [tagKey(key)]: null }, 'tags');
  return updateModel(await findModel(context, name), { tags }, context);
});
