import type * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { issuesOf } from '../http/field.ts';

/**
 * What a client sent as the registry itself takes it.
 * @throws Failure `request.invalid`, naming the parameter
 */
export function given<T extends z.ZodMiniType>(schema: T, value: unknown, parameter: string): z.output<T> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data as z.output<T>;
  const issues = issuesOf(error).map(({ field, message }) => ({
    field: field === '' ? parameter : `${parameter}.${field}`,
    message,
  }));
  const [first] = issues;
  throw new Failure('request.invalid', `Invalid value for parameter '${first?.field}' supplied: ${first?.message}.`, {
    issues,
  });
}
