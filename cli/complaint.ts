import type { Issue } from '../shared/errors.ts';
import type { Ending } from './exit-codes.ts';

/** What keeps the command line from doing what it was told: a sentence, the fields, and what to do next. */
export class Complaint extends Error {
  readonly ending: Ending;
  readonly hint: string | undefined;
  readonly issues: readonly Issue[];

  constructor(
    ending: Ending,
    message: string,
    options: ErrorOptions & { readonly hint?: string | undefined; readonly issues?: readonly Issue[] } = {},
  ) {
    super(message, options);
    this.name = 'Complaint';
    this.ending = ending;
    this.hint = options.hint;
    this.issues = options.issues ?? [];
  }
}
