import { Failure, type Issue } from '../errors.ts';

/** How much an answer tells of a bad request: a body can have more wrong with it than Lambda may answer. */
const ISSUES_MAX = 20;
const FIELD_CHARACTERS_MAX = 300;

/** The refusal of a request for these reasons: the first of them, and how many more there are. */
export function invalid(all: readonly Issue[]): Failure {
  const issues = all.slice(0, ISSUES_MAX).map(({ field, message }) => ({ field: shortened(field), message }));
  const more = all.length > issues.length ? `; and ${all.length - issues.length} more` : '';
  const detail = issues.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new Failure('request.invalid', detail + more, { issues });
}

/** Callers choose the names of fields. */
const shortened = (field: string): string =>
  field.length > FIELD_CHARACTERS_MAX ? `${field.slice(0, FIELD_CHARACTERS_MAX).toWellFormed()}…` : field;

/** What is wrong with a text of a URL that cannot be decoded. */
export const notUtf8 = (field: string, text: string): Issue => ({
  field,
  message: `${text} has a percent sign that begins no UTF-8 character`,
});
