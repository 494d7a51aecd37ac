import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Need } from '../shared/contract/operation.ts';
import { STAGED_PREFIX } from '../shared/domain/staged.ts';
import type { Index } from '../shared/store/table.ts';
import type { Config } from './config/config.ts';
import type { Messaging } from './messaging.ts';
import type { Storage } from './storage.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What a function may do because of one need of its row: single actions, on what the registry owns. */
export function grantsOf(
  need: Need,
  {
    storage,
    messaging,
    subscriptions,
    config,
  }: {
    readonly storage: Storage;
    readonly messaging: Messaging;
    readonly subscriptions: Pick<Subscriptions, 'grants'>;
    readonly config: Pick<Config, 'isEmulated'>;
  },
): PolicyStatement[] {
  const found: readonly Grant[] = isQueue(need)
    ? [sending(messaging.queueOf(need.slice(QUEUE.length)))]
    : { ...granted(storage), ...passed(messaging), 'subscribers:connect': subscriptions.grants, 'account:own': [] }[
        need
      ];
  return found.map(
    ({ actions, resources, conditions = {} }) =>
      new PolicyStatement({
        actions: config.isEmulated ? actions.flatMap(askedByEmulator) : [...actions],
        resources: [...resources],
        // An emulator does not tell IAM which keys are asked for.
        ...(!config.isEmulated && { conditions }),
      }),
  );
}

/** An emulator has a batch allowed by its own name, which IAM does not know: on AWS it is the same as one message. */
const askedByEmulator = (action: string): string[] =>
  action === 'sqs:SendMessage' ? [action, 'sqs:SendMessageBatch'] : [action];

const QUEUE = 'queue:';
type QueueNeed = Extract<Need, `${typeof QUEUE}${string}`>;
const isQueue = (need: Need): need is QueueNeed => need.startsWith(QUEUE);

const sending = ({ queueArn }: Queue): Grant => ({ actions: ['sqs:SendMessage'], resources: [queueArn] });

/** What travels. */
const passed = ({ bus, letters }: Messaging) => ({
  'bus:publish': [{ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }] satisfies readonly Grant[],
  'letters:write': [sending(letters)],
});

/** What is stored. */
function granted({
  table,
  artifacts,
  webhookKey,
  tokenKey,
  checkpoints,
}: Storage): Readonly<
  Record<
    Exclude<Need, QueueNeed | keyof ReturnType<typeof passed> | 'subscribers:connect' | 'account:own'>,
    readonly Grant[]
  >
> {
  const items = [table.tableArn];
  const objects = [artifacts.arnForObjects('t/*')];
  const bucket = [artifacts.bucketArn];
  return {
    'table:read': [
      {
        actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
        resources: [...items, ...LISTING_INDEXES.map((index) => `${table.tableArn}/index/${index}`)],
      },
    ],
    'table:write': [
      { actions: ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], resources: items, conditions: OF_TENANTS },
    ],
    'due:read': [{ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/due`] }],
    'table:note': [{ actions: ['dynamodb:BatchWriteItem'], resources: items, conditions: OF_TENANTS }],
    'table:remove': [{ actions: ['dynamodb:DeleteItem'], resources: items, conditions: OF_TENANTS }],
    'members:read': [{ actions: ['dynamodb:Query'], resources: items, conditions: OF_PRINCIPALS }],
    'members:write': [{ actions: ['dynamodb:PutItem'], resources: items, conditions: OF_PRINCIPALS }],
    'members:remove': [{ actions: ['dynamodb:DeleteItem'], resources: items, conditions: OF_PRINCIPALS }],
    'artifacts:read': [
      { actions: ['s3:GetObject'], resources: objects },
      // Nothing is listed: without it, S3 answers 403 in place of 404 for what is not there. It asks IAM so on behalf of
      // a request for an object, which has no prefix: a condition on the prefix would never hold.
      { actions: ['s3:ListBucket'], resources: bucket },
    ],
    'artifacts:write': [
      {
        actions: ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        resources: objects,
      },
      {
        actions: ['s3:ListBucketMultipartUploads'],
        resources: bucket,
        conditions: { StringLike: { 's3:prefix': 't/*' } },
      },
    ],
    'artifacts:stage': [
      {
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
        resources: [artifacts.arnForObjects(`${STAGED_PREFIX}*`)],
      },
    ],
    'tokens:sign': [{ actions: ['kms:GenerateMac'], resources: [tokenKey.keyArn] }],
    'artifacts:erase': [{ actions: ['s3:DeleteObjectVersion'], resources: objects }],
    'webhooks:secrets': [{ actions: ['kms:GenerateMac'], resources: [webhookKey.keyArn] }],
    'checkpoints:sign': [
      { actions: ['kms:Sign', 'kms:GetPublicKey'], resources: [checkpoints.key.keyArn] },
      { actions: ['s3:PutObject', 's3:GetObject'], resources: [checkpoints.bucket.arnForObjects('t/*')] },
    ],
  };
}

/** Of all keys that are asked for, of which there has to be one: no key would be all of them as well. */
const keysLike = (pattern: string) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': pattern },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});

/** The partitions as shared/store/keys.ts names them. */
const OF_TENANTS = keysLike('T#*');
const OF_PRINCIPALS = keysLike('P#*');

/** The index `due` crosses tenants: it is for what runs on a schedule. */
const LISTING_INDEXES = ['gsi1', 'gsi2'] as const satisfies readonly Index[];
