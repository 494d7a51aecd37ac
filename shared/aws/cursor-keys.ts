import { hash } from 'node:crypto';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/**
 * The keys that seal cursors, made from a secret: of its current value, which seals, and of the one before it, so that
 * cursors which were given out before a rotation still open. A key is the SHA-256 of a value, so a value has to be random.
 */
export async function cursorKeys(client: SecretsManagerClient, secret: string): Promise<Uint8Array[]> {
  const value = async (stage: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId: secret, VersionStage: stage }))).SecretString;

  const [current, previous] = await Promise.all([value('AWSCURRENT'), value('AWSPREVIOUS').catch(undefinedIfAbsent)]);
  if (current === undefined) throw new Error(`The secret ${secret} has no text.`);
  return [current, ...(previous === undefined ? [] : [previous])].map((text) => hash('sha256', text, 'buffer'));
}

/** A secret that was never rotated has no previous value. */
function undefinedIfAbsent(error: unknown): undefined {
  if (!(error instanceof ResourceNotFoundException)) throw error;
}
