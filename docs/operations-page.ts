import { whoMay } from '../shared/contract/access.ts';
import { AGGREGATES } from '../shared/contract/openapi.ts';
import { rows } from '../shared/contract/operations.ts';
import { GENERATED, table } from './markdown.ts';

/** Every operation on one page: what it is for, and for whom. */
export const operationsPage = (): string =>
  `${[
    '# Operations',
    GENERATED,
    'The same names are the functions of the client and, as `promote-version`, the commands of the command line. Requests and answers are in [openapi.json](openapi.json), failures in [problems.md](problems.md).',
    ...Object.entries(AGGREGATES).flatMap(([name, { description, operations }]) => [
      `## ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      `${description}.`,
      table(
        ['operation', 'request', 'what it does', 'for'],
        rows
          .filter(([operation]) => operation in operations)
          .map(([operation, row]) => [`\`${operation}\``, `\`${row.method} ${row.path}\``, row.summary, whoMay(row)]),
      ),
    ]),
  ].join('\n\n')}\n`;
