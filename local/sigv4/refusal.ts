/**
 * Why a signature was refused: none came, it cannot be read, its time is over (or not yet come), the key is not
 * known, the signature does not fit the request, it was made for another place or service, the session token is
 * wrong, or the body is not the one that was signed.
 */
export type Reason = 'missing' | 'malformed' | 'expired' | 'unknown_key' | 'mismatch' | 'scope' | 'token' | 'body';

/** Ends a verification. The message is a sentence that its reader can act on, and holds no secret. */
export class Refusal extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.name = 'Refusal';
    this.reason = reason;
  }
}
