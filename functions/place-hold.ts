import { holdView } from '../shared/contract/retention-views.ts';
import { HoldId, placeHold as place } from '../shared/domain/hold.ts';
import { erasedIn } from '../shared/domain/version.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadTenant, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';

export const placeHold = mutation(
  'placeHold',
  async ({ model: name, version: number, rootDigest, matter, reason }, context) => {
    const id = HoldId.parse(await context.once('id', async () => context.services.newId()));
    const [tenant, model] = await Promise.all([loadTenant(context), name && loadModel(context, name)]);
    const version = model && number && (await loadVersion(context, model, number));
    const erased = model && version ? erasedIn(model, version) : undefined;
    if (erased) throw erased;

    const covers = {
      ...(model && { model: model.id }),
      ...(version && { version: version.number }),
      ...(rootDigest && { rootDigest }),
    };
    return answering(place(tenant, { id, matter, covers, reason }, context), (hold) => holdView(hold, name));
  },
);

export const handler = lambda(placeHold);
