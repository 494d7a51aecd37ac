import { Event } from '../domain/event.ts';
import type { ModelId, TenantId } from '../domain/names.ts';
import { EVENT_PREFIX, keys, LAST } from './keys.ts';
import type { Table } from './table.ts';

/**
 * The sequence number of the first event of a chain that is not before a time, or one more than the last.
 * Times never fall along a chain, so that it is found by halving: twenty reads in a chain of a million.
 */
export async function sequenceAt(
  table: Table,
  tenant: TenantId,
  model: ModelId | undefined,
  time: Date,
): Promise<number> {
  let low = 1;
  let high = (await lastSequence(table, tenant, model)) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const event = await table.get(keys.event(tenant, model, middle));
    if (event && Date.parse(Event.parse(event).at) < time.getTime()) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function lastSequence(table: Table, tenant: TenantId, model: ModelId | undefined): Promise<number> {
  const range = { from: EVENT_PREFIX, to: EVENT_PREFIX + LAST };
  const { items } = await table.query({ pk: keys.history(tenant, model), ...range, order: 'descending', limit: 1 });
  return items[0] ? Event.parse(items[0]).seq : 0;
}
