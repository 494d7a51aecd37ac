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
  if (issue.code === 'invalid_union') return closest(issue, path) ?? [{ field: fieldOf(path), message: issue.message }];
  if (issue.code === 'invalid_key') return issue.issues.flatMap((inner) => flattened(inner, path));
  return [{ field: fieldOf(path), message: issue.message }];
}

/**
 * What is wrong with something that may have one of several shapes, where it is plain which one was meant: all its names
 * are of that shape, and of no other is less wrong.
 */
function closest({ errors }: z.core.$ZodIssueInvalidUnion, path: readonly PropertyKey[]): Issue[] | undefined {
  const meant = errors.filter((issues) =>
    issues.every(({ code, path: [name] }) => code !== 'unrecognized_keys' || name),
  );
  const fewest = Math.min(...meant.map(({ length }) => length));
  const [nearest, ...others] = meant.filter(({ length }) => length === fewest);
  return others.length > 0 ? undefined : nearest?.flatMap((inner) => flattened(inner, path));
}
