import { refOf, type VersionRef } from '../domain/dependency.ts';
import { NewSource, Source } from '../domain/metadata.ts';
import { ModelName } from '../domain/names.ts';
import { isPrompt } from '../domain/prompt.ts';
import { includes } from '../domain/role.ts';
import type { Version } from '../domain/version.ts';
import { Failure } from '../errors.ts';
import { numberNamed } from './aliases.ts';
import type { MlflowContext } from './call.ts';
import { findModel, findVersion } from './find.ts';
import { isPlain } from './plain.ts';
import { type Uploaded, uploadedAt } from './uploaded.ts';

/** Where a version's files are, in the client's words, and of which other version they are the files. */
export interface Origin {
  readonly source: string;
  /** Where they are what the caller uploaded. */
  readonly uploaded?: Uploaded;
  readonly copy?: { readonly of: VersionRef; readonly version: Version };
}

interface Given {
  readonly source: string;
  readonly run_id?: string | undefined;
  readonly model_id?: string | undefined;
}

/**
 * Where a new version says its files are. A path of somebody's machine is told on only with the run or the model that it
 * is of, as MLflow has it.
 * @throws Failure `request.invalid`, and `version.not_found` for a copy of what is not there
 */
export async function originOf(context: MlflowContext, { source, run_id, model_id }: Given): Promise<Origin> {
  const registered = /^models:\/+([^/@]+)(?:\/(\d+)|@(.+))$/.exec(source);
  if (registered) return copied(context, registered);
  if (isLocal(source)) {
    if (run_id || model_id) return { source: opaque(source) };
    throw refused(
      source,
      'To use a local path as a model version source, the run_id request parameter has to be specified and the local ' +
        'path has to be contained within the artifact directory of the run specified by the run_id.',
    );
  }
  if (NewSource.safeParse(source).success && isPlain(source)) {
    const uploaded = await uploadedAt(context, source);
    return { source, ...(uploaded && { uploaded }) };
  }
  throw refused(
    source,
    `If supplying a source as an http, https, s3 or other URI, it has to be an absolute one without '..'.`,
  );
}

/** A copy has the files of the first of its line, whatever becomes of those in between. */
async function copied(context: MlflowContext, [, name = '', number, alias = '']: RegExpExecArray): Promise<Origin> {
  const unreadable =
    ModelName.safeParse(name).success && !includes(context.caller.roles, ['reader'], ModelName.parse(name));
  if (unreadable) throw new Failure('model.not_found', `Registered Model with name=${name} not found`);
  const of = number ?? String(await numberNamed(context, await findModel(context, name), alias));
  const { model, version } = await findVersion(context, name, of);
  if (isPrompt(model.tags)) throw refused(`models:/${name}/${of}`, 'It is a prompt, which has no files.');
  return { source: `models:/${name}/${of}`, copy: { of: version.copyOf ?? refOf(version), version } };
}

const isLocal = (source: string): boolean => /^(file:|[^:]*$|[^:]*[/\\]|[a-z]:[/\\])/i.test(source);

/** @throws Failure `request.invalid` for a path that is no path of its own, or a secret */
function opaque(source: string): string {
  if (isPlain(source) && Source.safeParse(source).success) return source;
  throw refused(source, "A path has no '..' in it.");
}

function refused(source: string, why: string): Failure {
  const message = `Invalid model version source: '${source}'. ${why}`;
  return new Failure('request.invalid', message, { issues: [{ field: 'source', message: why }] });
}
