import type * as z from 'zod/mini';

/** What is wrong with a value, in the words of this registry, where its schema has none of its own. */
export function inPlainWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${KINDS[issue.expected] ?? issue.expected}, got ${kindOf(issue.input)}`;
    case 'invalid_value':
      return `expected ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return `expected ${issue.minimum} or more`;
    case 'too_big':
      return `expected at most ${issue.maximum}`;
    default:
      return 'expected another value';
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean' || (typeof value === 'number' && !Number.isFinite(value))) return String(value);
  return KINDS[typeof value] ?? typeof value;
}
