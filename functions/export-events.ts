import { query } from '../shared/http/endpoint.ts';
import { eventsOf, type PageOfEvents } from '../shared/http/events.ts';
import { lambda } from '../shared/http/lambda.ts';
import type { Position } from '../shared/store/table.ts';

export const exportEvents = query('exportEvents', async (selection, context) =>
  stream(await eventsOf(selection, context)),
);

/** Every event, and at the end how many: a reader whose connection broke can tell. */
async function* stream(pageOf: PageOfEvents) {
  let events = 0;
  let after: Position | undefined;
  do {
    const { items, next } = await pageOf({ limit: 500, order: 'ascending', after });
    yield* items;
    events += items.length;
    after = next;
  } while (after);
  yield { type: 'export.completed' as const, events };
}

export const handler = lambda(exportEvents);
