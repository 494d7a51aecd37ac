import { modelView } from '../shared/contract/views.ts';
import { isSelected } from '../shared/domain/model.ts';
import { includes } from '../shared/domain/role.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';

export const listModels = query('listModels', async ({ prefix, order, limit, ...filter }, context) => {
  const { store, caller, after, cursorFor } = context;
  const { items, next } = await store.models(
    caller.tenant,
    { prefix, order, limit, after },
    (model) => includes(caller.roles, ['reader'], model.name) && isSelected(model, filter),
  );
  return { items: items.map(modelView), ...cursorFor(next) };
});

export const handler = lambda(listModels);
