import { query } from '../shared/http/endpoint.ts';
import { eventsOf } from '../shared/http/events.ts';
import { lambda } from '../shared/http/lambda.ts';

export const listEvents = query('listEvents', async ({ limit, order, ...selection }, context) => {
  const pageOf = await eventsOf(selection, context);
  const { items, next } = await pageOf({ limit, order, after: context.after });
  return { items: [...items], ...context.cursorFor(next) };
});

export const handler = lambda(listEvents);
