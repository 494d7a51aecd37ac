import { versionView } from '../shared/contract/views.ts';
import { deleteVersion as remove } from '../shared/domain/version.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const deleteVersion = mutation('deleteVersion', async ({ model: name, version: number }, context) => {
  const model = await loadModel(context, name);
  const version = await loadVersion(context, model, number);
  const guard = version.artifact && (await context.store.digest(model, version.artifact.rootDigest));
  return answering(remove(model, version, guard, context), (deleted) => versionView(model, deleted, context.now));
});

export const handler = lambda(deleteVersion);
