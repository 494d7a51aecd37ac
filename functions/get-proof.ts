import { inclusionParts, proofOf } from '../shared/domain/merkle-proof.ts';
import { query } from '../shared/http/endpoint.ts';
import { modelIdOf } from '../shared/http/events.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadMark } from '../shared/http/load-log.ts';

export const getProof = query('getProof', async ({ seq, ...selection }, context) => {
  const { store, caller } = context;
  const model = await modelIdOf(selection, context);
  const { log, mark: entry, events } = await loadMark(context, await store.log(caller.tenant), { model, seq });

  const parts = inclusionParts(entry.index, log.signed.size);
  const places = parts.flat();
  const [hashes, checkpoint] = await Promise.all([
    store.logHashes(caller.tenant, places),
    store.checkpoint(caller.tenant, log.checkpoint),
  ]);
  if (!checkpoint) throw new Error(`There is no checkpoint ${log.checkpoint} of ${caller.tenant}.`);
  const proof = proofOf(parts, (place) => hashes[places.indexOf(place)] ?? '');
  return { events: [...events], entry, proof, checkpoint };
});

export const handler = lambda(getProof);
