import { createECDH, createPrivateKey, hkdfSync, randomBytes } from 'node:crypto';
import path from 'node:path';
import { readIfThere, writePrivateFile } from './private-file.ts';
import { Refused } from './refused.ts';
import type { Credential } from './sigv4.ts';

const BYTES = 32;

/** What only this registry knows. It is kept, so that cursors and presigned URLs outlive a restart. */
export interface Secret {
  readonly cursorKey: Uint8Array;
  /** Seals the signing secrets of webhooks. */
  readonly webhookKey: Uint8Array;
  /** Signs tokens. */
  readonly tokenKey: Uint8Array;
  /** The key under which the registry itself calls the artifact server, and signs URLs for others. */
  readonly artifactKey: Credential;
  /** The private key that signs checkpoints, in PEM. */
  readonly checkpointKey: string;
}

/** The secret in the file `secret` of a directory, made at the first start. @throws {Refused} for another file */
export async function openSecret(directory: string): Promise<Secret> {
  const file = path.join(directory, 'secret');
  const kept = (await readIfThere(file))?.trim();
  if (kept !== undefined && !/^[0-9a-f]{64}$/.test(kept)) {
    const price = 'cursors and URLs that were given out then end, and webhooks need new secrets';
    throw new Refused(1, `${file} is not 64 hexadecimal digits. Put a copy of it back, or delete it: ${price}.`);
  }

  const secret = kept ?? randomBytes(BYTES).toString('hex');
  if (kept === undefined) await writePrivateFile(file, `${secret}\n`);

  const derived = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', purpose, BYTES));
  return {
    cursorKey: derived('cursors'),
    webhookKey: derived('webhooks'),
    tokenKey: derived('tokens'),
    artifactKey: {
      accessKeyId: 'SIGNETARTIFACTS',
      secretAccessKey: derived('artifacts').toString('base64url'),
      arn: 'arn:aws:iam::000000000000:role/signet',
      accountId: '000000000000',
    },
    checkpointKey: keyOfP256(derived('checkpoints')),
  };
}

/** The private key of P-256 that is this number. Of 2^32 secrets one makes a number that is none. */
function keyOfP256(number: Buffer): string {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(number);
  const point = pair.getPublicKey();
  const text = (part: Buffer) => part.toString('base64url');
  const [d, x, y] = [text(number), text(point.subarray(1, 33)), text(point.subarray(33))];
  const key = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d, x, y }, format: 'jwk' });
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
