import { errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod/mini';
import { TenantId } from '../domain/names.ts';
import { type Token, TokenId } from '../domain/token.ts';

/** What says that a token is one of this registry, and for what. */
const ISSUER = 'signet';
const AUDIENCE = 'signet:mlflow';
const ALGORITHM = 'HS256';

/** By how much the clocks of two functions may differ. */
const SKEW_SECONDS = 5;

/** A token is some 400 characters: what is longer is none, and is not looked at. */
export const TOKEN_CHARACTERS_MAX = 8_192;

/** Names what is known of a token. */
export const TokenRef = z.object({ tenant: TenantId, jti: TokenId, sub: z.string() });

/** Makes tokens, and reads those that were made here: JWTs, under a key that nobody else has. */
export interface Tokens {
  /** The same for the same token, each time. */
  issue(token: Pick<Token, 'tenant' | 'id' | 'principal' | 'createdAt' | 'validUntil'>): Promise<string>;
  /** Which token this is, or `undefined` for what is none of this registry's, or not good at this time. */
  read(text: string): Promise<z.output<typeof TokenRef> | undefined>;
}

export function signedTokens(key: Uint8Array, now: () => Date): Tokens {
  return {
    issue({ tenant, id, principal, createdAt, validUntil }) {
      const from = secondsOf(createdAt);
      return new SignJWT({ tenant })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(principal)
        .setJti(id)
        .setIssuedAt(from)
        .setNotBefore(from)
        .setExpirationTime(secondsOf(validUntil))
        .sign(key);
    },

    async read(text) {
      if (text.length > TOKEN_CHARACTERS_MAX) return undefined;
      const options = {
        algorithms: [ALGORITHM],
        typ: 'JWT',
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'nbf', 'sub', 'jti'],
        clockTolerance: SKEW_SECONDS,
        currentDate: now(),
      };
      try {
        const { payload } = await jwtVerify(text, key, options);
        return TokenRef.safeParse(payload).data;
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
        throw error;
      }
    },
  };
}

const secondsOf = (time: string): number => Math.floor(Date.parse(time) / 1_000);
