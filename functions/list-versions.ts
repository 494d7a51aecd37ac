import { versionView } from '../shared/contract/views.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';
import { namesOfNeeds } from '../shared/http/ties.ts';

export const listVersions = query('listVersions', async ({ model: name, stage, order, limit }, context) => {
  const { store, after, cursorFor, now } = context;
  const model = await loadModel(context, name);
  const { items, next } = await store.versions(model, { stage, order, limit, after });
  const names = await namesOfNeeds(context, ...items);
  return { items: items.map((version) => versionView(model, version, now, names)), ...cursorFor(next) };
});

export const handler = lambda(listVersions);
