import { Webhook } from 'standardwebhooks';

/** A message as it is signed. */
export interface Signable {
  /** The same for every attempt, by which receivers know what they have already. */
  readonly id: string;
  /** When it is sent, which is another time for each attempt: receivers refuse what is old. */
  readonly at: Date;
  readonly body: string;
}

/**
 * The headers by which a receiver knows that a message is from here, with a signature for each secret: Standard Webhooks.
 *
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const signatureOf = (secrets: readonly string[], { id, at, body }: Signable) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
});
