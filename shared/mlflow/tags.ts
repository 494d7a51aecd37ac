import { Label, type Tags } from '../domain/text.ts';
import type { Failure } from '../errors.ts';
import { refusalOf } from './refusal.ts';
import { invalidParameter } from './request.ts';

const KEY_MAX = 250;
const VALUE_MAX = 100_000;

/** @throws Failure `request.invalid` for a key that MLflow does not take */
export function tagKey(key: string): string {
  if (key.length > KEY_MAX) throw tooLong('key', KEY_MAX);
  const isPath = key.startsWith('/') || key.split('/').some((part) => part === '..' || part === '.' || part === '');
  if (/^[/\p{L}\p{N}_.\- :]+$/u.test(key) && !isPath && Label.safeParse(key).success) return key;
  const allowed =
    'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).';
  throw invalidParameter('key', key, allowed);
}

/** @throws Failure `request.invalid` for a value that MLflow does not take */
export function tagValue(value: string): string {
  if (value.length > VALUE_MAX) throw tooLong('value', VALUE_MAX);
  return value;
}

/** Tags as a client lists them. @throws Failure `request.invalid` */
export const tagsOf = (list: readonly { readonly key: string; readonly value: string }[]): Tags =>
  Object.fromEntries(list.map(({ key, value }) => [tagKey(key), tagValue(value)]));

const tooLong = (field: string, most: number): Failure =>
  refusalOf(field, `'${field}' exceeds the maximum length of ${most} characters`);
