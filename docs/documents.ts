import { openApi } from '../shared/contract/openapi.ts';
import { cliPage } from './cli-page.ts';
import { costsPage } from './costs-page.ts';
import { eventSchemas, eventsPage } from './events-page.ts';
import { operationsPage } from './operations-page.ts';
import { problemsPage } from './problems-page.ts';

/** Every document that is made from the code, by its file name in this folder. `npm run docs` writes them. */
export const documents = (): Readonly<Record<string, string>> => ({
  'openapi.json': `${JSON.stringify(openApi(), null, 2)}\n`,
  'cli.md': cliPage(),
  'costs.md': costsPage(),
  'events.json': `${JSON.stringify(eventSchemas(), null, 2)}\n`,
  'events.md': eventsPage(),
  'operations.md': operationsPage(),
  'problems.md': problemsPage(),
});
