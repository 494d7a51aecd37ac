import { proveFiles } from '../shared/artifacts/prove.ts';
import { versionView } from '../shared/contract/views.ts';
import { complete, toProve } from '../shared/domain/registration.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { namesOfNeeds } from '../shared/http/ties.ts';

export const completeVersion = mutation('completeVersion', async ({ model: name, version: number }, context) => {
  const model = await loadModel(context, name);
  const version = await loadVersion(context, model, number);
  const { artifacts, store, caller, services } = context;
  const rootDigest = toProve(model, version, context);
  if (rootDigest) {
    // Another model may have come under this name before it is decided anew: what was proved is no other's proof.
    await context.once(rootDigest, () =>
      proveFiles({ artifacts, store, tenant: caller.tenant, now: services.now }, rootDigest),
    );
  }

  const names = await namesOfNeeds(context, version);
  return answering(complete(model, version, context), (completed) => versionView(model, completed, context.now, names));
});

export const handler = lambda(completeVersion);
