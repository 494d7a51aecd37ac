import { transitionView } from '../shared/contract/views.ts';
import { archive } from '../shared/domain/lifecycle.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const archiveVersion = mutation('archiveVersion', async ({ model: name, version: number, reason }, context) => {
  const model = await loadModel(context, name);
  const version = await loadVersion(context, model, number);
  const change = archive(model, { version, reason }, context);
  return answering(change, (transition) => transitionView(transition, context.now));
});

export const handler = lambda(archiveVersion);
