import { checkView } from '../shared/contract/governance-views.ts';
import { recordCheck as record } from '../shared/domain/check.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const recordCheck = mutation(
  'recordCheck',
  async ({ model: name, version: number, check, ...found }, context) => {
    const model = await loadModel(context, name);
    const [version, before] = await Promise.all([
      loadVersion(context, model, number),
      context.store.check(model, number, check),
    ]);
    const change = record(model, version, before, { name: check, ...found }, context);
    return answering(change, (recorded) => checkView(model.name, recorded));
  },
);

export const handler = lambda(recordCheck);
