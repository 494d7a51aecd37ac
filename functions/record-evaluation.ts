import { evaluationView } from '../shared/contract/governance-views.ts';
import { recordEvaluation as record } from '../shared/domain/evaluation.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const recordEvaluation = mutation(
  'recordEvaluation',
  async ({ model: name, version: number, ...measured }, context) => {
    const model = await loadModel(context, name);
    const [version, standings] = await Promise.all([
      loadVersion(context, model, number),
      context.store.standings(model, [number]),
    ]);
    const change = record(model, version, standings, measured, context);
    return answering(change, (evaluation) => evaluationView(model.name, evaluation));
  },
);

export const handler = lambda(recordEvaluation);
