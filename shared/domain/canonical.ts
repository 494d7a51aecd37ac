import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** The one spelling of a JSON value that is hashed: RFC 8785. Attributes that are `undefined` are not there. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('There is no JSON for this value.');
  return text;
}

/** SHA-256 of the canonical JSON of a value, in lower-case hexadecimal. */
export const digestOf = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex');
