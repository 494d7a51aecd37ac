import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';

/** What a key is made of: only whoever may ask KMS for this code can seal and open what is under it. */
const MESSAGES = { cursors: 'signet cursors', webhooks: 'signet webhooks', tokens: 'signet tokens' } as const;

/**
 * A key that seals: the HMAC-SHA-256 of a fixed text under a key that never leaves KMS. It is the same in every function
 * and at every start, and is kept nowhere.
 */
export async function sealingKey(
  client: KMSClient,
  keyId: string,
  purpose: keyof typeof MESSAGES,
): Promise<Uint8Array> {
  const Message = new TextEncoder().encode(MESSAGES[purpose]);
  const { Mac } = await client.send(new GenerateMacCommand({ KeyId: keyId, Message, MacAlgorithm: 'HMAC_SHA_256' }));
  if (!Mac) throw new Error(`KMS made no code with the key ${keyId}.`);
  return Mac;
}
