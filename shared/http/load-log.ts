import type { ChainEntry, Log } from '../domain/checkpoint.ts';
import type { Event } from '../domain/event.ts';
import type { ModelId } from '../domain/names.ts';
import { Failure } from '../errors.ts';
import type { Context } from './endpoint.ts';

/** An event by its place. */
export interface PlaceInChain {
  readonly model: ModelId | undefined;
  readonly seq: number;
}

/**
 * What a checkpoint has of a chain at or behind an event, and the events that lead there.
 * @throws Failure `event.not_found`, `checkpoint.pending`
 */
export async function loadMark(
  { store, caller: { tenant } }: Context,
  log: Log | undefined,
  { model, seq }: PlaceInChain,
): Promise<{ readonly log: Log; readonly mark: ChainEntry; readonly events: readonly Event[] }> {
  const mark = await store.markAt(tenant, model, seq);
  const isSigned = log !== undefined && mark !== undefined && mark.index < log.signed.size;
  const events = await store.chainBetween(tenant, model, seq, isSigned ? mark.seq : seq);
  if (events.length === 0) throw new Failure('event.not_found', `There is no event ${seq} in this chain.`);
  if (isSigned) return { log, mark, events };
  throw new Failure('checkpoint.pending', `No checkpoint has event ${seq} yet.`);
}
