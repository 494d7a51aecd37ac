import { TOKEN_CHARACTERS_MAX } from './tokens.ts';

/**
 * The token in an `Authorization` header: of the scheme Bearer or, with any user name, the password of Basic. Clients
 * take either from their environment.
 */
export function presentedIn(header: string | undefined): string | undefined {
  if (header === undefined || header.length > 2 * TOKEN_CHARACTERS_MAX) return undefined;
  const [, scheme, value] = /^(Bearer|Basic) +([\w+/=.~-]+) *$/i.exec(header) ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  return scheme.toLowerCase() === 'bearer' ? value : passwordOf(value);
}

/** `user:password` in Base64. */
function passwordOf(encoded: string): string | undefined {
  const [, password] = /^[^:]*:([\w.-]+)$/.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return password;
}

/** Whether a header speaks of a token, and not of a signature of AWS. */
export const isOfToken = (header: string | undefined): boolean => /^(?:Bearer|Basic)\b/i.test(header ?? '');
