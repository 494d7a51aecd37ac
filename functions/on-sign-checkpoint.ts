import pLimit from 'p-limit';
import { sealLog } from '../shared/audit/seal-log.ts';
import type { Log } from '../shared/domain/checkpoint.ts';
import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { type ReactionContext, scheduled } from '../shared/reactions/reaction.ts';
import { LOG_SHARDS } from '../shared/store/keys.ts';
import { pagesOf } from '../shared/store/pages.ts';
import { unlessConflict } from '../shared/store/store.ts';

/** So many tenants at once: most of the time of each is waiting. */
const AT_ONCE = 16;
const PAGE = 200;

/** A tenant whose log cannot be sealed does not keep the others from it, and makes the reaction fail at the end. */
export const onSignCheckpoint = scheduled('onSignCheckpoint', async (context) => {
  const errors: unknown[] = [];
  const limit = pLimit(AT_ONCE);
  for (let shard = 0; shard < LOG_SHARDS; shard += 1) {
    for await (const logs of pagesOf((after) => context.store.logs(shard, { limit: PAGE, after }))) {
      await Promise.all(logs.map((log) => limit(() => seal(log, context).catch((error) => errors.push(error)))));
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} logs could not be sealed.`);
});

/** The index may show a log as it was: it is read again. Whoever else is at work on it does the same. */
async function seal({ tenant }: Log, { store, services, now }: ReactionContext): Promise<void> {
  const log = await store.log(tenant);
  if (!log) return;
  const { signer, checkpoints } = services;
  await unlessConflict(sealLog({ store, signer, checkpoints, now }, log), undefined);
}

export const handler = lambdaReaction(onSignCheckpoint);
