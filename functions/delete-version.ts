import { versionView } from '../shared/contract/views.ts';
import { deleteVersion as remove } from '../shared/domain/version.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { loadRetained } from '../shared/http/retained.ts';
import { loadTies, namesOfNeeds } from '../shared/http/ties.ts';

export const deleteVersion = mutation(
  'deleteVersion',
  async ({ model: name, version: number, force, reason }, context) => {
    const model = await loadModel(context, name);
    const [version, approvals] = await Promise.all([
      loadVersion(context, model, number),
      context.store.approvals(model, number),
    ]);
    const [guard, ties, names, retained] = await Promise.all([
      version.artifact && context.store.digest(model, version.artifact.rootDigest),
      loadTies(context, { leaving: [version] }),
      namesOfNeeds(context, version),
      loadRetained(context, model, version),
    ]);
    const change = remove(model, version, { guard, ties, approvals, retained, force, reason }, context);
    return answering(change, (deleted) => versionView(model, deleted, context.now, names));
  },
);

export const handler = lambda(deleteVersion);
