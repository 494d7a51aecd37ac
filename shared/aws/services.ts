import { setTimeout } from 'node:timers/promises';
import { KMSClient } from '@aws-sdk/client-kms';
import { ulid } from 'ulid';
import * as z from 'zod/mini';
import { s3Artifacts, s3Client } from '../artifacts/s3.ts';
import { s3Staging } from '../artifacts/s3-staging.ts';
import { Environment } from '../contract/environment.ts';
import { Issuer } from '../domain/issuer.ts';
import { identityOf, Principal, principalFrom } from '../domain/principal.ts';
import { sealedCursors } from '../http/cursor.ts';
import { cachedMemberships } from '../http/memberships.ts';
import type { Services } from '../http/services.ts';
import { dynamoClient, dynamoTable } from '../store/dynamo-table.ts';
import { tableStore } from '../store/table-store.ts';
import { trustedIssuers } from '../tokens/issuers.ts';
import { signedTokens } from '../tokens/tokens.ts';
import { sealedSecrets } from '../webhooks/secrets.ts';
import { httpSender } from '../webhooks/sender.ts';
import { eventBridge, eventBridgeClient } from './event-bus.ts';
import { kmsSigner } from './kms-signer.ts';
import { lineOnAws } from './metrics.ts';
import { sqsClient, sqsLetters, sqsQueues } from './queues.ts';
import { s3Checkpoints } from './s3-checkpoints.ts';
import { sealingKey } from './sealing-key.ts';
import { inSources } from './sources.ts';
import { awsSubscribers, SubscriberSettings } from './subscribers.ts';

let services: Promise<Services> | undefined;

/** Made at the first request, so that a test or the embedded registry may import a function without an environment. */
export function awsServices(): Promise<Services> {
  services ??= fromEnvironment().catch((error: unknown) => {
    services = undefined;
    throw error;
  });
  return services;
}

/**
 * What hangs on a variable that only some functions have asks `process.env` for it by name: of the others the bundler
 * knows that they lack it, and leaves out the code with the SDK client behind it.
 */
async function fromEnvironment(): Promise<Services> {
  const { AWS_REGION: region } = LambdaEnvironment.parse(process.env);
  const { TABLE_NAME: tableName, DEPLOYMENT_ADMINS = '', MEMBERSHIP_SECONDS: seconds } = Environment.parse(process.env);
  const store = tableStore(dynamoTable({ client: dynamoClient({ region }), tableName }));
  const now = () => new Date();
  const trustedOrigins = new Set(list(process.env['TRUSTED_ORIGINS'] ?? ''));
  return {
    store,
    artifacts: process.env['BUCKET_NAME']
      ? s3Artifacts({ client: s3Client({ region }), bucket: process.env['BUCKET_NAME'] })
      : undeclared('artifacts'),
    staging: process.env['STAGING_BUCKET']
      ? s3Staging({ client: s3Client({ region }), bucket: process.env['STAGING_BUCKET'] })
      : undeclared('staging'),
    cursors: process.env['CURSOR_KEY']
      ? sealedCursors([await sealingKey(new KMSClient({ region }), process.env['CURSOR_KEY'], 'cursors')], now)
      : undeclared('cursors'),
    bus: process.env['EVENT_BUS']
      ? eventBridge(eventBridgeClient(region), process.env['EVENT_BUS'])
      : undeclared('bus'),
    queues: process.env['QUEUE_URLS'] ? sqsQueues(sqsClient(region), process.env['QUEUE_URLS']) : undeclared('queues'),
    subscribers: process.env['SUBSCRIBERS']
      ? awsSubscribers(SubscriberSettings.parse(JSON.parse(process.env['SUBSCRIBERS'])))
      : undeclared('subscribers'),
    ownAccount: process.env['OWN_ACCOUNT'] || undefined,
    letters: process.env['LETTERS_URL']
      ? sqsLetters(sqsClient(region), process.env['LETTERS_URL'])
      : undeclared('letters'),
    secrets: process.env['WEBHOOK_KEY']
      ? sealedSecrets(await sealingKey(new KMSClient({ region }), process.env['WEBHOOK_KEY'], 'webhooks'))
      : undeclared('secrets'),
    sender: process.env['WEBHOOK_KEY'] ? httpSender({ trustedOrigins, now }) : undeclared('sender'),
    tokens: process.env['TOKEN_KEY']
      ? signedTokens(await sealingKey(new KMSClient({ region }), process.env['TOKEN_KEY'], 'tokens'), now)
      : undeclared('tokens'),
    issuers: process.env['ISSUERS']
      ? trustedIssuers(z.array(Issuer).parse(JSON.parse(process.env['ISSUERS'])), now)
      : undeclared('issuers'),
    trustedOrigins,
    signer: process.env['CHECKPOINT_KEY']
      ? kmsSigner(new KMSClient({ region }), process.env['CHECKPOINT_KEY'])
      : undeclared('signer'),
    checkpoints: process.env['CHECKPOINT_BUCKET']
      ? s3Checkpoints({ client: s3Client({ region }), bucket: process.env['CHECKPOINT_BUCKET'] })
      : undeclared('checkpoints'),
    deploymentAdmins: new Set(list(DEPLOYMENT_ADMINS).map((text) => Principal.parse(principalFrom(text)))),
    // The caller's own ARN: `requestContext.accountId` would be the owner's account.
    identify: ({ requestContext }) => identityOf(requestContext.identity.userArn ?? ''),
    memberships: cachedMemberships(store, seconds, now),
    fileBytesMax: FILE_BYTES_MAX,
    now,
    newId: ulid,
    pause: (milliseconds) => setTimeout(Math.random() * milliseconds),
    log: (entry) => {
      const line = lineOnAws(entry, tableName, now());
      console.log('error' in entry ? inSources(line) : line);
    },
  };
}

/** Lambda answers with 6 MB at most, and bytes are a third longer in base64. */
const FILE_BYTES_MAX = 4 * 2 ** 20;

/** What Lambda itself tells a function. */
const LambdaEnvironment = z.object({ AWS_REGION: z.string() });

/** Stands where a row asks for nothing, and tells whoever uses it anyway that the row has to. */
const undeclared = <T extends object>(service: string): T =>
  new Proxy({} as T, {
    get: (_, name) => {
      throw new Error(`${service}.${String(name)} is not for this function: its row does not ask for ${service}.`);
    },
  });

const list = (text: string): string[] => text.split(',').filter((one) => one !== '');
