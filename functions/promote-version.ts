import { transitionView } from '../shared/contract/views.ts';
import { namesOf } from '../shared/domain/dependency.ts';
import { promote } from '../shared/domain/lifecycle.ts';
import { loadCase } from '../shared/http/governed.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const promoteVersion = mutation(
  'promoteVersion',
  async ({ model: name, version: number, reason, ...input }, context) => {
    const model = await loadModel(context, name);
    const subject = await loadCase(context, model, number, input);
    const change = promote(model, { ...subject, reason }, context);
    const names = namesOf(subject.ties);
    return answering(change, (transition) => transitionView(transition, context.now, names));
  },
);

export const handler = lambda(promoteVersion);
