import { transitionView } from '../shared/contract/views.ts';
import { leavingFor, promote } from '../shared/domain/lifecycle.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersions } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const promoteVersion = mutation(
  'promoteVersion',
  async ({ model: name, version: number, ...input }, context) => {
    const model = await loadModel(context, name);
    const [version, ...leaving] = await loadVersions(context, model, [number, ...leavingFor(model, number, input)]);
    const change = promote(model, { version, leaving, to: input.stage, reason: input.reason }, context);
    return answering(change, (transition) => transitionView(transition, context.now));
  },
);

export const handler = lambda(promoteVersion);
