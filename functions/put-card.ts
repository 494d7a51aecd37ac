import { cardView } from '../shared/contract/governance-views.ts';
import { putCard as put } from '../shared/domain/card.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const putCard = mutation('putCard', async ({ model: name, version: number, card: content }, context) => {
  const model = await loadModel(context, name);
  const version = await loadVersion(context, model, number);
  return answering(put(model, version, content, context), (card) => cardView(model.name, card));
});

export const handler = lambda(putCard);
