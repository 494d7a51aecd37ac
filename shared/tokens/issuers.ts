import { createRemoteJWKSet, customFetch, decodeJwt, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { type Issuer, spokenFor } from '../domain/issuer.ts';
import type { Identity } from '../http/identity.ts';
import { TOKEN_CHARACTERS_MAX } from './tokens.ts';

/** With a public key alone: what anybody can verify nobody else can sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const SKEW_SECONDS = 5;
const KEYS_BYTES_MAX = 256_000;
const KEYS_MS = 3_000;

/** Tells for whom the tokens of others speak. */
export interface Issuers {
  /** `undefined` for a token of nobody that is trusted, for one that is not good now, and where nobody can say. */
  prove(text: string): Promise<(Identity & { readonly validUntil: string }) | undefined>;
}

/** The issuers of a configuration. Their keys are fetched when they are needed, and remembered for ten minutes. */
export function trustedIssuers(issuers: readonly Issuer[], now: () => Date): Issuers {
  const known = issuers.map((issuer) => ({ issuer, keys: keysAt(issuer.keys) }));
  return {
    async prove(text) {
      const claimed = text.length > TOKEN_CHARACTERS_MAX ? undefined : issuerIn(text);
      for (const { issuer, keys } of known.filter((one) => one.issuer.issuer === claimed)) {
        const identity = await proven(text, issuer, keys, now());
        if (identity) return identity;
      }
      return undefined;
    },
  };
}

const keysAt = (url: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(url), {
    timeoutDuration: KEYS_MS,
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    [customFetch]: bounded,
  });

/** Never more than keys can be, and from nowhere else: a redirect is no answer. */
async function bounded(url: string, options: RequestInit): Promise<Response> {
  const { status, body } = await fetch(url, { ...options, redirect: 'error' });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > KEYS_BYTES_MAX) throw new errors.JWKSInvalid('There are more keys than an issuer has.');
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status });
}

/** Whom it says that it is of: only to find whose keys to ask for. */
function issuerIn(text: string): string | undefined {
  try {
    return decodeJwt(text).iss;
  } catch {
    return undefined;
  }
}

async function proven(text: string, issuer: Issuer, keys: JWTVerifyGetKey, now: Date) {
  const payload = await payloadOf(text, issuer, keys, now);
  const found = payload && spokenFor(issuer, payload);
  if (!found) return undefined;
  const { principal, roles } = found;
  return {
    actor: { principal, session: payload.sub?.slice(0, 250) ?? '', provenBy: `oidc ${issuer.name}` },
    within: { tenant: issuer.tenant, ...(roles && { roles: [...roles] }) },
    validUntil: new Date((payload.exp ?? 0) * 1_000).toISOString(),
  };
}

/** What it says, if it is of this issuer and good now. Where the keys cannot be had, it is not. */
async function payloadOf(text: string, { issuer, audience }: Issuer, keys: JWTVerifyGetKey, now: Date) {
  const options = {
    algorithms: ALGORITHMS,
    issuer,
    audience,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: SKEW_SECONDS,
    currentDate: now,
  };
  try {
    return (await jwtVerify(text, keys, options)).payload;
  } catch {
    return undefined;
  }
}
