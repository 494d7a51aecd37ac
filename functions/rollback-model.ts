import { lostOf } from '../shared/artifacts/lost.ts';
import { transitionView } from '../shared/contract/views.ts';
import { NO_TIES, namesOf } from '../shared/domain/dependency.ts';
import type { Model } from '../shared/domain/model.ts';
import { includes } from '../shared/domain/role.ts';
import { type Restoring, type RollbackInput, rollback, rollbackTarget } from '../shared/domain/rollback.ts';
import type { Version } from '../shared/domain/version.ts';
import { Failure } from '../shared/errors.ts';
import type { Context } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersions } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { loadTies } from '../shared/http/ties.ts';

export const rollbackModel = mutation('rollbackModel', async ({ model: name, ...input }, context) => {
  const model = await loadModel(context, name);
  const found = await restoring(context, model, input);
  const isAdmin = includes(context.caller.roles, ['admin'], model.name);
  const change = rollback(model, found, { ...input, isAdmin }, context);
  const names = namesOf(('ties' in found && found.ties) || NO_TIES);
  return answering(change, (transition) => ({
    ...transitionView(transition, context.now, names),
    dryRun: input.dryRun,
  }));
});

async function restoring(context: Context, model: Model, input: RollbackInput): Promise<Restoring> {
  const number = rollbackTarget(model, input);
  if (number instanceof Failure) return number;
  const [target, ...leaving] = await loadVersions(context, model, [number, ...model.production]);
  const [ties, lost] = await Promise.all([
    loadTies(context, { entering: target, leaving }),
    target.artifact ? lostFrom(context, target.artifact) : [],
  ]);
  return { target, leaving, ties, lost };
}

/** A former version may be old, and whoever has the bucket at hand may have removed what it seemed to need no more. */
const lostFrom = ({ artifacts, caller, once }: Context, { rootDigest }: NonNullable<Version['artifact']>) =>
  once(rootDigest, () => lostOf(artifacts, caller.tenant, rootDigest));

export const handler = lambda(rollbackModel);
