import { declare, keepEarlier, withCard } from '../domain/declaring.ts';
import { Lineage } from '../domain/metadata.ts';
import type { Model } from '../domain/model.ts';
import { isPrompt } from '../domain/prompt.ts';
import { registerUploaded } from '../domain/receiving.ts';
import { type Registration, registerExternal, registrationOf } from '../domain/registration.ts';
import { receivedFrom } from '../domain/staged.ts';
import { Description, TagChanges, Tags } from '../domain/text.ts';
import { deleteVersion, downloadable, updateVersion, type Version } from '../domain/version.ts';
import { Failure } from '../errors.ts';
import { noteCopy } from '../http/copies.ts';
import type { Context } from '../http/endpoint.ts';
import { findNeeds, noteNeeds } from '../http/needs.ts';
import { loadRetained } from '../http/retained.ts';
import { loadTies } from '../http/ties.ts';
import { ARTIFACTS, pathOfVersion } from './artifacts/place.ts';
import { type Answer, changing } from './call.ts';
import { type Declared, declaredBy } from './declarations.ts';
import { findModel, findVersion } from './find.ts';
import { given } from './given.ts';
import { modelVersionNamed } from './present.ts';
import { keepPlaceholder } from './prompts.ts';
import type { MlflowInput } from './routes.ts';
import { type Origin, originOf } from './source.ts';
import { tagKey, tagsOf, tagValue } from './tags.ts';

interface Shown {
  readonly model: Model;
  readonly version: Version;
}

export const shown = ({ model, version }: Shown) => ({ model_version: modelVersionNamed(model, version) });

export const createModelVersion: Answer<'createModelVersion'> = changing<'createModelVersion', Shown>(
  async (input, context) => {
    const model = await findModel(context, input.name);
    const tags = given(Tags, tagsOf(input.tags), 'tags');
    const isOfPrompt = isPrompt(tags) || isPrompt(model.tags);
    if (isOfPrompt) keepPlaceholder(input.source);
    const origin: Origin = isOfPrompt ? { source: input.source } : await originOf(context, input);
    const lineage = given(Lineage, lineageOf(input, origin), 'run_id');
    const description = given(Description, input.description ?? '', 'description');
    const { dependsOn = [], card, ...declared } = declaredBy(tags) ?? {};
    const said = registrationOf({ description, tags, metrics: {}, lineage, dependsOn });
    const needs = await findNeeds(context, dependsOn);
    const registration = { ...said, needs: needs.refs, ...copying(origin), ...declared };
    const registered = await registeredFrom(origin, model, registration, context);
    const change = withCard(model, registered, card, context);
    if ('result' in change && needs.refs.length > 0) await noteNeeds(context, change.result, needs);
    if ('refusal' in change) return change;
    if (change.head === undefined) return { result: { model, version: change.result } };
    const copied = await noteCopy(context, change.result, origin.source);
    return { ...change, writes: [...change.writes, ...copied], result: { model, version: change.result } };
  },
  async (registered, context) => shown(await whenTaken(registered, context)),
);

/** What is uploaded is as it is now, whatever is uploaded to the same paths while it is read. */
async function registeredFrom({ source, uploaded }: Origin, model: Model, said: Registration, context: Context) {
  if (!uploaded) return registerExternal(model, said, source, context);
  const { store, services, once, now } = context;
  const list = await once('list', async () => services.newId());
  const received = receivedFrom(uploaded.directory, uploaded.files, list, now);
  await once('received', () => store.note(received));
  const bytes = received.reduce((sum, file) => sum + file.bytes, 0);
  return registerUploaded(model, said, { source, list, files: received.length, bytes }, context);
}

/** Small files are read in less time than it takes a client to ask again, which is three seconds. */
const LOOKS = 40;
const LOOK_MS = 300;

async function whenTaken({ model, version }: Shown, { store, services }: Context): Promise<Shown> {
  let latest = version;
  for (let look = 0; latest.uploaded && latest.state === 'uploading' && look < LOOKS; look += 1) {
    await services.pause(LOOK_MS);
    latest = (await store.version(model, version.number)) ?? latest;
  }
  return { model, version: latest };
}

/** What a copy does not say of its run is as it was. @throws Failure `request.invalid` where it says something else */
function lineageOf({ run_id, run_link, model_id }: MlflowInput<'createModelVersion'>, { copy }: Origin) {
  const { runId, loggedModelId } = copy?.version.lineage ?? {};
  const same = (parameter: string, now: string | undefined, before: string | undefined) => {
    if (!now || before === undefined || now === before) return now || before;
    throw new Failure(
      'request.invalid',
      `The ${parameter} '${now}' is not the '${before}' of the version that is copied.`,
    );
  };
  const [run, logged] = [same('run_id', run_id, runId), same('model_id', model_id, loggedModelId)];
  return {
    ...(run && { runId: run }),
    ...(run_link && { runLink: run_link }),
    ...(logged && { loggedModelId: logged }),
  };
}

const copying = ({ copy }: Origin) => (copy ? { copyOf: copy.of, schema: copy.version.schema } : {});

export const getModelVersion: Answer<'getModelVersion'> = async ({ name, version }, context) =>
  shown(await findVersion(context, name, version));

/** Without a description there is none afterwards, as MLflow has it. */
export const updateModelVersion = changing<'updateModelVersion', Shown>(async (input, context) => {
  const description = given(Description, input.description ?? '', 'description');
  return described(context, input, { description });
}, shown);

async function described(
  context: Context,
  { name, version: number }: { readonly name: string; readonly version: string },
  changes: Parameters<typeof updateVersion>[2],
) {
  const { model, version } = await findVersion(context, name, number);
  const declared = declaredBy(changes.tags ?? {});
  const change = declared
    ? await declaring(context, model, version, declared, changes)
    : updateVersion(model, version, changes, context);
  return 'refusal' in change ? change : { ...change, result: { model, version: change.result } };
}

/** Tags that mean something, with what they mean: see `declaredBy`. */
async function declaring(
  context: Context,
  model: Model,
  version: Version,
  { dependsOn, ...declared }: Declared,
  changes: Parameters<typeof updateVersion>[2],
) {
  if (!dependsOn) return declare(model, version, declared, changes, context);
  const needs = await findNeeds(context, dependsOn);
  keepEarlier(version, needs.versions);
  const change = declare(model, version, { ...declared, needs: needs.refs }, changes, context);
  if (change.head && 'result' in change && needs.refs.length > 0) await noteNeeds(context, change.result, needs);
  return change;
}

export const setModelVersionTag = changing<'setModelVersionTag', Shown>(async ({ key, value, ...one }, context) =>
  described(context, one, { tags: given(TagChanges, { [tagKey(key)]: tagValue(value ?? '') }, 'tags') }),
);

export const deleteModelVersionTag = changing<'deleteModelVersionTag', Shown>(async ({ key, ...one }, context) =>
  described(context, one, { tags: given(TagChanges, { [tagKey(key)]: null }, 'tags') }),
);

/** An open lifecycle enforces nothing: there, MLflow deletes whatever is in use, and its aliases with it. */
export const deleteModelVersion = changing<'deleteModelVersion', Version>(async (input, context) => {
  const { model, version } = await findVersion(context, input.name, input.version);
  const [guard, ties, retained] = await Promise.all([
    version.artifact && context.store.digest(model, version.artifact.rootDigest),
    loadTies(context, { leaving: [version] }),
    loadRetained(context, model, version),
  ]);
  return deleteVersion(model, version, { guard, ties, retained, evenInUse: true }, context);
});

/**
 * Where the files of a version are: of a copy, those of the version that it is a copy of. What is kept here is read from
 * here, under the name of the version that was asked for: whoever may read that one may read its files.
 */
export const getModelVersionDownloadUri: Answer<'getModelVersionDownloadUri'> = async (input, context) => {
  const { model, version } = await findVersion(context, input.name, input.version);
  const [original] = version.copyOf
    ? await context.store.versionsAt(context.caller.tenant, [version.copyOf])
    : [version];
  if (!original?.artifact) return { artifact_uri: original?.source ?? version.source ?? '' };
  downloadable(model, { ...original, number: version.number });
  return { artifact_uri: `${context.base}${ARTIFACTS}/${pathOfVersion(model.id, version.number)}` };
};
