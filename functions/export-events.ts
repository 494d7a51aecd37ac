import { query } from '../shared/http/endpoint.ts';
import { eventsOf, type PageOfEvents } from '../shared/http/events.ts';
import { lambda } from '../shared/http/lambda.ts';
import { pagesOf } from '../shared/store/pages.ts';

export const exportEvents = query('exportEvents', async (selection, context) =>
  stream(await eventsOf(selection, context)),
);

/** Every event, and at the end how many: a reader whose connection broke can tell. */
async function* stream(pageOf: PageOfEvents) {
  let events = 0;
  for await (const page of pagesOf((after) => pageOf({ limit: 500, order: 'ascending', after }))) {
    yield* page;
    events += page.length;
  }
  yield { type: 'export.completed' as const, events };
}

export const handler = lambda(exportEvents);
