import { missingUploads } from '../shared/artifacts/uploads.ts';
import { versionView } from '../shared/contract/views.ts';
import { filesOf, manifestKey, manifestText, type RegisteredFile } from '../shared/domain/artifact.ts';
import type { Model } from '../shared/domain/model.ts';
import {
  type Registration,
  referencesOf,
  registerExternal,
  registerFiles,
  registrationOf,
} from '../shared/domain/registration.ts';
import type { Version } from '../shared/domain/version.ts';
import type { Context } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { findNeeds, noteNeeds } from '../shared/http/needs.ts';

export const registerVersion = mutation(
  'registerVersion',
  async ({ model: name, files, source, ...input }, context) => {
    const said = registrationOf(input);
    const model = await loadModel(context, name);
    const needs = await findNeeds(context, input.dependsOn);
    const registration = { ...said, needs: needs.refs };
    const change = source
      ? registerExternal(model, registration, source, context)
      : await register(model, registration, files ?? [], context);
    if (change.head && needs.refs.length > 0 && 'result' in change) await noteNeeds(context, change.result, needs);
    return answering(change, (version: Version) => versionView(model, version, context.now, needs.names));
  },
  async (version, { files = [] }, { artifacts, caller }) => ({
    version,
    ...(await missingUploads(artifacts, caller.tenant, files)),
  }),
);

/** The manifest and the references are there before the version is: without one they mean nothing. */
async function register(
  model: Model,
  registration: Registration,
  registered: readonly RegisteredFile[],
  context: Context,
) {
  const { store, artifacts } = context;
  const files = filesOf(registered);
  const [guard] = await Promise.all([
    store.digest(model, files.rootDigest),
    store.note(referencesOf(model, files)),
    context.once('manifest', () =>
      artifacts.write(manifestKey(model.tenant, files.rootDigest), manifestText(files.manifest)),
    ),
  ]);
  const version = guard && (await store.version(model, guard.version));
  return registerFiles(model, registration, files, guard && version && { guard, version }, context);
}

export const handler = lambda(registerVersion);
