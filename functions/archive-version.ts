import { transitionView } from '../shared/contract/views.ts';
import { archive } from '../shared/domain/lifecycle.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { loadTies, namesOfNeeds } from '../shared/http/ties.ts';

export const archiveVersion = mutation(
  'archiveVersion',
  async ({ model: name, version: number, reason, force }, context) => {
    const model = await loadModel(context, name);
    const [version, approvals] = await Promise.all([
      loadVersion(context, model, number),
      context.store.approvals(model, number),
    ]);
    const [ties, names] = await Promise.all([
      loadTies(context, { leaving: [version] }),
      namesOfNeeds(context, version),
    ]);
    const change = archive(model, { version, reason, ties, approvals, force }, context);
    return answering(change, (transition) => transitionView(transition, context.now, names));
  },
);

export const handler = lambda(archiveVersion);
