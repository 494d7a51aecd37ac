import { createPrivateKey, createPublicKey, sign } from 'node:crypto';

/** Signs checkpoints. The key never leaves it. */
export interface Signer {
  /** The key that signatures are checked with, in PEM: one of P-256. */
  publicKey(): Promise<string>;
  /** ECDSA with SHA-256, in DER. */
  sign(text: string): Promise<Uint8Array>;
}

/** A signer with a private key in PEM at hand. */
export function ownSigner(pem: string): Signer {
  const key = createPrivateKey(pem);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  return {
    publicKey: async () => publicKey,
    sign: async (text) => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'der' }),
  };
}
