import { versionView } from '../shared/contract/views.ts';
import { updateVersion as update } from '../shared/domain/version.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { namesOfNeeds } from '../shared/http/ties.ts';

export const updateVersion = mutation(
  'updateVersion',
  async ({ model: name, version: number, ...changes }, context) => {
    const model = await loadModel(context, name);
    const version = await loadVersion(context, model, number);
    const names = await namesOfNeeds(context, version);
    const change = update(model, version, changes, context);
    return answering(change, (updated) => versionView(model, updated, context.now, names));
  },
);

export const handler = lambda(updateVersion);
