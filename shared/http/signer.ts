import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** Keys as the AWS credential chain gives them, or a function that finds them. */
export type Credentials = ConstructorParameters<typeof SignatureV4>[0]['credentials'];

/** The AWS SDK's signer, for calls of API Gateway. */
export const apiSigner = (region: string, credentials: Credentials): SignatureV4 =>
  new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });

/** SHA-256 of `node:crypto`, as the signer asks for it. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Uint8Array) {
    this.#hash.update(data);
  }

  async digest() {
    return new Uint8Array(this.#hash.digest());
  }

  reset() {}
}

function bytesOf(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}
