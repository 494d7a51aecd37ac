import { cardView } from '../shared/contract/governance-views.ts';
import { Failure } from '../shared/errors.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';

export const getCard = query('getCard', async ({ model: name, version: number, revision }, context) => {
  const model = await loadModel(context, name);
  const version = await loadVersion(context, model, number);
  const which = revision ?? version.evidence.card?.revision;
  const card = which === undefined ? undefined : await context.store.card(model, number, which);
  if (card) return cardView(model.name, card);
  const what = revision === undefined ? 'model card' : `model card of revision ${revision}`;
  throw new Failure('card.not_found', `${model.name} version ${number} has no ${what}.`);
});

export const handler = lambda(getCard);
