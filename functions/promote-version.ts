import { transitionView } from '../shared/contract/views.ts';
import { promote } from '../shared/domain/lifecycle.ts';
import { loadCase } from '../shared/http/governed.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const promoteVersion = mutation(
  'promoteVersion',
  async ({ model: name, version: number, reason, ...input }, context) => {
    const model = await loadModel(context, name);
    const change = promote(model, { ...(await loadCase(context, model, number, input)), reason }, context);
    return answering(change, (transition) => transitionView(transition, context.now));
  },
);

export const handler = lambda(promoteVersion);
