import { isHalted } from '../shared/domain/retention/upkeep.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadTenant } from '../shared/http/load.ts';
import { pageOfAll, pageOfModel } from '../shared/http/retention-pages.ts';

export const previewRetention = query('previewRetention', async ({ model: name, ...asked }, context) => {
  const { store, caller, now } = context;
  const [tenant, upkeep, model] = await Promise.all([
    loadTenant(context),
    store.upkeep(caller.tenant),
    name === undefined ? undefined : loadModel(context, name),
  ]);
  const page = model ? await pageOfModel(context, tenant, model, asked) : await pageOfAll(context, tenant, asked);
  return { ...page, ...(isHalted(upkeep, now) && { haltedUntil: upkeep?.haltedUntil }) };
});

export const handler = lambda(previewRetention);
