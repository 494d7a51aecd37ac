import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { asItStands, canonicalPath, canonicalRequest, type Headers, parameters } from './sigv4/canonical-request.ts';
import { type Claim, readClaim } from './sigv4/claim.ts';
import { type Reason, Refusal } from './sigv4/refusal.ts';
import { signingKey } from './sigv4/signing-key.ts';

/** A key that may sign, and whose it is. With a session token it is temporary, and good only with that token. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly arn: string;
  readonly accountId: string;
}

/** A request as it came over the wire: `url` is path and query, still encoded. S3 bodies are not needed here. */
export interface SignedHttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body?: string | Uint8Array;
  /** That the query may be signed as it stands, and of several parameters of one name the last: see `asItStands`. */
  readonly rawQuery?: boolean;
}

export interface Expectation {
  readonly service: 'execute-api' | 's3';
  readonly region: string;
  readonly credentials: (accessKeyId: string) => Credential | undefined;
  readonly now: Date;
}

/**
 * `payload` is what was signed for the body: its SHA-256, or `UNSIGNED-PAYLOAD`. For S3 it is the client's word,
 * which whoever reads the body has to compare with the bytes.
 */
export type Verdict =
  | {
      readonly ok: true;
      readonly credential: Credential;
      readonly signedHeaders: readonly string[];
      readonly payload: string;
    }
  | { readonly ok: false; readonly reason: Reason; readonly message: string };

const SKEW_MS = 5 * 60_000;
const UNSIGNED = 'UNSIGNED-PAYLOAD';

/** Whether a request was signed, as AWS Signature Version 4 has it, by the holder of a known key, here and just now. */
export function verifySignature(request: SignedHttpRequest, expected: Expectation): Verdict {
  try {
    return verified(request, expected);
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.reason, message: error.message };
    throw error;
  }
}

function verified(request: SignedHttpRequest, expected: Expectation): Verdict {
  const question = request.url.indexOf('?');
  const path = question < 0 ? request.url : request.url.slice(0, question);
  const text = question < 0 ? '' : request.url.slice(question + 1);
  const query = request.rawQuery ? asItStands(text) : parameters(text);
  const claim = readClaim(request.headers, query, expected.service);

  checkScope(claim, expected);
  checkTime(claim, expected.now);
  const credential = expected.credentials(claim.accessKeyId);
  if (!credential) throw new Refusal('unknown_key', `There is no access key ${claim.accessKeyId} here.`);
  checkToken(claim, credential);
  checkSignedHeaders(claim, request.headers);

  const payload = expected.service === 's3' ? declaredPayload(claim) : hashedPayload(claim, request.body ?? '');
  const signed = claim.form === 'header' ? query : query.filter(({ name }) => name !== 'X-Amz-Signature');
  const canonical = canonicalRequest(
    request,
    canonicalPath(path, expected.service),
    signed,
    claim.signedHeaders,
    payload,
  );
  checkSignature(claim, credential, canonical);

  return { ok: true, credential, signedHeaders: claim.signedHeaders, payload };
}

function checkScope({ scope: [day, region, service, terminator], date }: Claim, expected: Expectation): void {
  const wrong = (what: string, found: string, wanted: string) =>
    new Refusal('scope', `The request is signed for the ${what} ${found}, and this is ${wanted}.`);

  if (region !== expected.region) throw wrong('region', region, expected.region);
  if (service !== expected.service) throw wrong('service', service, expected.service);
  if (terminator !== 'aws4_request') throw new Refusal('scope', 'The credential scope does not end in aws4_request.');
  if (day !== date.slice(0, 8))
    throw new Refusal('scope', `The credential scope is of ${day}, the request of ${date}.`);
}

const instant = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

function checkTime({ date, expiresSeconds }: Claim, now: Date): void {
  const at = Date.parse(date.replace(instant, '$1-$2-$3T$4:$5:$6Z'));
  if (!instant.test(date) || Number.isNaN(at)) {
    throw new Refusal('malformed', `The date of the request is ${date}, not written as 20260102T030405Z.`);
  }
  if (now.getTime() < at - SKEW_MS) {
    throw new Refusal('expired', `The request is of ${date}, and it is ${now.toISOString()} here: set its clock.`);
  }
  if (now.getTime() > at + (expiresSeconds === undefined ? SKEW_MS : expiresSeconds * 1000)) {
    throw new Refusal('expired', `Request has expired: it is of ${date}, and it is ${now.toISOString()} here.`);
  }
}

function checkToken({ token }: Claim, { sessionToken }: Credential): void {
  if (token === undefined && sessionToken === undefined) return;
  if (token === undefined) throw new Refusal('token', 'This access key is temporary: send its session token as well.');
  if (sessionToken === undefined) throw new Refusal('token', 'This access key has no session token: send none.');
  if (!same(token, sessionToken)) throw new Refusal('token', 'The session token is not the one of this access key.');
}

function checkSignedHeaders({ signedHeaders }: Claim, headers: Headers): void {
  for (const name of signedHeaders) {
    if (headers[name] === undefined) throw new Refusal('mismatch', `The header ${name} was signed and is not there.`);
  }
  for (const name in headers) {
    if (
      (name === 'host' || name.startsWith('x-amz-')) &&
      headers[name] !== undefined &&
      !signedHeaders.includes(name)
    ) {
      throw new Refusal('mismatch', `The header ${name} is there and was not signed.`);
    }
  }
  // Without it the signature would be good on every server that knows the key.
  if (!signedHeaders.includes('host')) throw new Refusal('mismatch', 'The header host was not signed.');
}

function declaredPayload({ form, payload }: Claim): string {
  const declared = payload ?? (form === 'query' ? UNSIGNED : 'missing');
  if (declared === UNSIGNED || /^[0-9a-f]{64}$/.test(declared)) return declared;
  throw new Refusal('body', `x-amz-content-sha256 is ${declared}, and must be the SHA-256 of the body or ${UNSIGNED}.`);
}

function hashedPayload({ payload }: Claim, body: string | Uint8Array): string {
  const found = hash('sha256', body);
  if (payload === undefined || payload === found) return found;
  throw new Refusal('body', `The body has the SHA-256 ${found}, and x-amz-content-sha256 is ${payload}.`);
}

function checkSignature({ scope, date, signature }: Claim, credential: Credential, text: string): void {
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope.join('/')}\n${hash('sha256', text)}`;
  const key = signingKey(credential.secretAccessKey, scope);
  if (same(createHmac('sha256', key).update(toSign).digest('hex'), signature)) return;

  const advice = 'check the secret key, and what may have changed the request on its way';
  throw new Refusal('mismatch', `The signature is not the one of this request: ${advice}.`);
}

/** Tells whether two texts are the same in a time that does not tell where they differ. */
function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
