import { aliased, deleteAlias, setAlias } from '../domain/alias.ts';
import { unchanged } from '../domain/change.ts';
import type { Model } from '../domain/model.ts';
import { Alias, type VersionNumber } from '../domain/names.ts';
import { Failure } from '../errors.ts';
import type { Context } from '../http/endpoint.ts';
import { type Answer, changing } from './call.ts';
import { findModel, findVersion } from './find.ts';
import { latestVersions } from './latest.ts';
import { modelVersionNamed } from './present.ts';
import { refusalOf } from './refusal.ts';

const LENGTH_MAX = 100;

export const setRegisteredModelAlias = changing<'setRegisteredModelAlias', Model>(async (input, context) => {
  const alias = newAliasOf(input.alias ?? '');
  const { model, version } = await findVersion(context, input.name, input.version);
  return setAlias(model, alias, version, context);
});

/** One that is not there is deleted already. */
export const deleteRegisteredModelAlias = changing<'deleteRegisteredModelAlias', Model>(async (input, context) => {
  const model = await findModel(context, input.name);
  const alias = Alias.safeParse(input.alias).data;
  return alias !== undefined && aliased(model, alias) !== undefined
    ? deleteAlias(model, alias, context)
    : unchanged(model);
});

export const getModelVersionByAlias: Answer<'getModelVersionByAlias'> = async ({ name, alias }, context) => {
  const model = await findModel(context, name);
  const { version } = await findVersion(context, name, String(await numberNamed(context, model, alias)));
  return { model_version: modelVersionNamed(model, version) };
};

/** @throws Failure `request.invalid` for an alias that is not there, as MLflow has it */
export async function numberNamed(context: Context, model: Model, text: string): Promise<VersionNumber> {
  if (text.toLowerCase() === 'latest') {
    const latest = (await latestVersions(context, model)).at(-1);
    if (latest) return latest.number;
    throw new Failure('version.not_found', `Latest version not found for model ${model.name}.`);
  }
  const alias = Alias.safeParse(text).data;
  const number = alias && aliased(model, alias);
  if (number !== undefined) return number;
  throw new Failure('request.invalid', `Registered model alias ${text} not found.`);
}

/** @throws Failure `request.invalid`, in MLflow's words where it has some */
function newAliasOf(text: string): Alias {
  const why = whyNot(text);
  if (why !== undefined) throw refusalOf('alias', why);
  return Alias.parse(text);
}

function whyNot(text: string): string | undefined {
  if (text === '') return 'Registered model alias name cannot be empty.';
  if (!/^[\p{L}\p{N}_-]*$/u.test(text)) {
    return `Invalid alias name: '${text}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`;
  }
  if (text.length > LENGTH_MAX) return `'alias' exceeds the maximum length of ${LENGTH_MAX} characters`;
  if (text.toLowerCase() === 'latest') return "'latest' alias name (case insensitive) is reserved.";
  if (/^v\d+$/i.test(text)) return `Version alias name '${text}' is reserved.`;
  const issue = Alias.safeParse(text).error?.issues[0];
  return issue && `Invalid alias name: '${text}': ${issue.message}.`;
}
