import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { WebhookFormat } from '../domain/callback/format.ts';

/** A message as it is signed. */
export interface Signable {
  /** The same for every attempt, by which receivers know what they have already. */
  readonly id: string;
  /** When it is sent, which is another time for each attempt: receivers refuse what is old. */
  readonly at: Date;
  readonly body: string;
}

type Signature = (secrets: readonly string[], message: Signable) => Readonly<Record<string, string>>;

const seconds = (at: Date): string => String(Math.floor(at.getTime() / 1_000));

/**
 * The headers by which a receiver knows that a message is from here, with a signature for each secret: Standard Webhooks.
 *
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const signatureOf = (secrets: readonly string[], { id, at, body }: Signable) => ({
  'webhook-id': id,
  'webhook-timestamp': seconds(at),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
});

/** As MLflow has it: of one secret, which is the key as it stands. */
const mlflowSignatureOf: Signature = ([secret], { id, at, body }) => ({
  'x-mlflow-delivery-id': id,
  'x-mlflow-timestamp': seconds(at),
  ...(secret !== undefined && {
    'x-mlflow-signature': `v1,${createHmac('sha256', secret)
      .update(`${id}.${seconds(at)}.${body}`)
      .digest('base64')}`,
  }),
});

/** As Databricks has it: of the body alone. */
const databricksSignatureOf: Signature = ([secret], { body }) =>
  secret === undefined ? {} : { 'x-databricks-signature': createHmac('sha256', secret).update(body).digest('hex') };

/** How each format signs, with the newest secret first. */
export const SIGNATURES: Readonly<Record<WebhookFormat, Signature>> = {
  signet: signatureOf,
  mlflow: mlflowSignatureOf,
  databricks: databricksSignatureOf,
};
