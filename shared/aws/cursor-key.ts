import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';

/** What the key is made of: only whoever may ask KMS for this code can seal and open cursors. */
const MESSAGE = new TextEncoder().encode('signet cursors');

/**
 * The key that seals cursors: the HMAC-SHA-256 of a fixed text under a key that never leaves KMS. It is the same in
 * every function and at every start, and is kept nowhere.
 */
export async function cursorKey(client: KMSClient, keyId: string): Promise<Uint8Array> {
  const command = new GenerateMacCommand({ KeyId: keyId, Message: MESSAGE, MacAlgorithm: 'HMAC_SHA_256' });
  const { Mac } = await client.send(command);
  if (!Mac) throw new Error(`KMS made no code with the key ${keyId}.`);
  return Mac;
}
