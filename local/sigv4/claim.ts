import { canonicalHeader, decode, type Headers, type Parameter } from './canonical-request.ts';
import { Refusal } from './refusal.ts';

/** What a request says of its own signature, read but not yet believed. */
export interface Claim {
  readonly form: 'header' | 'query';
  readonly accessKeyId: string;
  /** The credential scope: day, region, service, terminator. */
  readonly scope: readonly [day: string, region: string, service: string, terminator: string];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** As written, `20260102T030405Z`. */
  readonly date: string;
  readonly expiresSeconds?: number;
  readonly token: string | undefined;
  /** The value of x-amz-content-sha256, if there is one. */
  readonly payload: string | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const WEEK_SECONDS = 604_800;
const authorization = /^AWS4-HMAC-SHA256\s+Credential=([^\s,]+),\s*SignedHeaders=([^\s,]+),\s*Signature=([^\s,]+)$/;

/**
 * Reads the signature out of the Authorization header or, where the service allows it, out of the query.
 * @throws Refusal when there is none or it cannot be read
 */
export function readClaim(headers: Headers, query: readonly Parameter[], service: string): Claim {
  const header = headers['authorization'];
  const presigned = service === 's3' && query.some(({ name }) => name === 'X-Amz-Algorithm');

  if (header !== undefined && presigned) {
    throw new Refusal('malformed', 'Sign the request in its Authorization header or in its query, not in both.');
  }
  if (header !== undefined) return fromHeader(canonicalHeader(header), headers);
  if (presigned) return fromQuery(query, headers);
  throw new Refusal('missing', 'The request is not signed: sign it with AWS Signature Version 4.');
}

function fromHeader(header: string, headers: Headers): Claim {
  const [, credential, signedHeaders, signature] = authorization.exec(header) ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    const expected = `${ALGORITHM} Credential=…, SignedHeaders=…, Signature=…`;
    throw new Refusal('malformed', `The Authorization header does not read "${expected}".`);
  }
  const date = single(headers, 'x-amz-date');
  if (date === undefined) throw new Refusal('malformed', 'The request has no x-amz-date header.');

  return {
    form: 'header',
    ...readCredential(credential),
    signedHeaders: readSignedHeaders(signedHeaders),
    signature: readSignature(signature),
    date,
    token: single(headers, 'x-amz-security-token'),
    payload: single(headers, 'x-amz-content-sha256'),
  };
}

function fromQuery(query: readonly Parameter[], headers: Headers): Claim {
  const algorithm = required(query, 'X-Amz-Algorithm');
  if (algorithm !== ALGORITHM) throw new Refusal('malformed', `X-Amz-Algorithm is ${algorithm}, not ${ALGORITHM}.`);

  const expires = required(query, 'X-Amz-Expires');
  const expiresSeconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
  if (expiresSeconds < 1 || expiresSeconds > WEEK_SECONDS) {
    throw new Refusal('malformed', `X-Amz-Expires is ${expires}, not a number of seconds from 1 to ${WEEK_SECONDS}.`);
  }
  return {
    form: 'query',
    ...readCredential(required(query, 'X-Amz-Credential')),
    signedHeaders: readSignedHeaders(required(query, 'X-Amz-SignedHeaders')),
    signature: readSignature(required(query, 'X-Amz-Signature')),
    date: required(query, 'X-Amz-Date'),
    expiresSeconds,
    token: optional(query, 'X-Amz-Security-Token'),
    payload: single(headers, 'x-amz-content-sha256') ?? optional(query, 'X-Amz-Content-Sha256'),
  };
}

function readCredential(credential: string): Pick<Claim, 'accessKeyId' | 'scope'> {
  const [accessKeyId, day, region, service, terminator, ...rest] = credential.split('/');
  if (!accessKeyId || !day || !region || !service || !terminator || rest.length > 0) {
    throw new Refusal('malformed', 'The credential is not written <key>/<yyyymmdd>/<region>/<service>/aws4_request.');
  }
  return { accessKeyId, scope: [day, region, service, terminator] };
}

function readSignedHeaders(list: string): string[] {
  const names = list.split(';');
  const sorted = names.every((name, at) => name !== '' && (at === 0 || (names[at - 1] ?? '') < name));
  if (!sorted || list !== list.toLowerCase()) {
    throw new Refusal('malformed', 'SignedHeaders is not a list of different lower-case names in alphabetical order.');
  }
  return names;
}

function readSignature(signature: string): string {
  if (/^[0-9a-f]{64}$/.test(signature)) return signature;
  throw new Refusal('malformed', 'The signature is not 64 lower-case hexadecimal digits.');
}

function single(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined || typeof value === 'string') return value;
  if (value.length > 1) throw new Refusal('malformed', `The header ${name} is there more than once.`);
  return value[0];
}

function optional(query: readonly Parameter[], name: string): string | undefined {
  const [first, second] = query.filter((parameter) => parameter.name === name);
  if (second !== undefined) throw new Refusal('malformed', `The parameter ${name} is there more than once.`);
  return first && decode(first.value);
}

function required(query: readonly Parameter[], name: string): string {
  const value = optional(query, name);
  if (value === undefined) throw new Refusal('malformed', `The query has no ${name}.`);
  return value;
}
