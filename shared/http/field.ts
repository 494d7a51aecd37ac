import type * as z from 'zod/mini';
import type { Issue } from '../errors.ts';

/** The path of a field as a person writes it: `files[3].sha256`. */
export const fieldOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((field, part) => {
    if (typeof part === 'number') return `${field}[${part}]`;
    return field === '' ? String(part) : `${field}.${String(part)}`;
  }, '');

/** What a schema found wrong, a line for each field. */
export const issuesOf = (error: z.core.$ZodError): Issue[] => error.issues.flatMap((issue) => flattened(issue, []));

function flattened(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Issue[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: fieldOf([...path, key]), message: 'is not known here' }));
  }
  if (issue.code === 'invalid_key') return issue.issues.flatMap((inner) => flattened(inner, path));
  return [{ field: fieldOf(path), message: issue.message }];
}
