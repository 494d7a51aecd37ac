import { conditionsOf } from '../shared/domain/conditions.ts';
import { isAllowed } from '../shared/domain/lifecycle.ts';
import { query } from '../shared/http/endpoint.ts';
import { loadCase } from '../shared/http/governed.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';

export const explainTransition = query(
  'explainTransition',
  async ({ model: name, version: number, stage }, context) => {
    const model = await loadModel(context, name);
    const subject = await loadCase(context, model, number, { stage, archiveFormer: true });
    return {
      model: model.name,
      version: number,
      from: subject.version.stage,
      to: stage,
      allowed: isAllowed(model, subject, context),
      conditions: conditionsOf(model, subject, context.now),
    };
  },
);

export const handler = lambda(explainTransition);
