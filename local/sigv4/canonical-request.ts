import { Refusal } from './refusal.ts';

/** Headers by lower-case name. Prefer Node's `headersDistinct`: it keeps repeated headers apart. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One query parameter, its name and value in the canonical encoding. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

const canonical = /^(?:[\w.~/-]|%[0-9A-F]{2})*$/;
const unreserved = /^[\w.~-]*$/;

/** Encodes as AWS does: everything but letters, digits and `-._~`, in UTF-8 and upper-case hexadecimal. */
const encode = (text: string): string =>
  unreserved.test(text)
    ? text
    : encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Decodes one part of a query. A plus is a space, as it is to whoever reads the query after us. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal('malformed', `The URL has a percent sign that begins no UTF-8 character: ${text}`);
  }
}

const recode = (text: string): string => (unreserved.test(text) ? text : encode(decode(text)));

/** The parameters of a query string, sorted as they are signed: by encoded name, then by encoded value. */
export function parameters(query: string): Parameter[] {
  if (query === '') return [];

  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? { name: recode(pair), value: '' }
        : { name: recode(pair.slice(0, equals)), value: recode(pair.slice(equals + 1)) };
    })
    .sort((a, b) => order(a.name, b.name) || order(a.value, b.value));
}

/**
 * The parameters as the signer of MLflow's client signs them (`requests-auth-aws-sigv4`): nothing is encoded anew, and of
 * a name that is there several times only the last is signed. Whoever adds another before it in transit can ask for
 * another order of a search, and no more: everywhere else the last counts.
 */
export function asItStands(query: string): Parameter[] {
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
      return [name, value];
    });
  return [...new Map(pairs)].map(([name, value]) => ({ name, value })).sort((a, b) => order(a.name, b.name));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The path as it is signed. S3 signs what is on the wire, since a key may hold `//` and `..`;
 * every other service drops empty and dot segments and encodes the path, already encoded, once more.
 */
export function canonicalPath(path: string, service: string): string {
  if (service === 's3') return canonical.test(path) ? path : path.split('/').map(recodePath).join('/');

  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  return segments.length === 0 ? '/' : `/${segments.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

/** A browser leaves some characters of a path plain that AWS encodes. A plus is a plus here. */
const recodePath = (segment: string): string => encode(decode(segment.replaceAll('+', '%2B')));

/** The value of a header as it is signed: trimmed, inner spaces made one, repeats joined by commas. */
export function canonicalHeader(value: string | readonly string[]): string {
  return typeof value === 'string' ? trimmed(value) : value.map(trimmed).join(',');
}

const untidy = /^[ \t]|[ \t]$|\t| {2}/;

const trimmed = (value: string): string =>
  untidy.test(value) ? value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '') : value;

/** The text whose hash is signed. */
export function canonicalRequest(
  request: { readonly method: string; readonly headers: Headers },
  path: string,
  query: readonly Parameter[],
  signedHeaders: readonly string[],
  payload: string,
): string {
  let headers = '';
  for (const name of signedHeaders) headers += `${name}:${canonicalHeader(request.headers[name] ?? '')}\n`;

  const pairs = query.map(({ name, value }) => `${name}=${value}`).join('&');
  return `${request.method}\n${path}\n${pairs}\n${headers}\n${signedHeaders.join(';')}\n${payload}`;
}
