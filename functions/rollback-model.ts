import { transitionView } from '../shared/contract/views.ts';
import { unchanged } from '../shared/domain/change.ts';
import { rollback, rollbackTarget } from '../shared/domain/rollback.ts';
import { refused } from '../shared/domain/transition.ts';
import { Failure } from '../shared/errors.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersions } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const rollbackModel = mutation('rollbackModel', async ({ model: name, dryRun, ...input }, context) => {
  const model = await loadModel(context, name);
  const number = rollbackTarget(model, input);
  if (number instanceof Failure) {
    if (dryRun) throw number;
    return refused(model, undefined, 'rollback', 'production', number, context);
  }
  const [target, ...leaving] = await loadVersions(context, model, [number, ...model.production]);
  const change = answering(rollback(model, { target, leaving }, input, context), (transition) => ({
    ...transitionView(transition, context.now),
    dryRun,
  }));
  if (!dryRun) return change;
  if ('refusal' in change) throw change.refusal;
  return unchanged({ ...change.result, revision: model.revision });
});

export const handler = lambda(rollbackModel);
