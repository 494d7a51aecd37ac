import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  StreamViewType,
  Table,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { STAGED_DAYS, STAGED_PREFIX } from '../shared/domain/staged.ts';
import { UPLOAD_DAYS } from '../shared/domain/version.ts';
import { SCHEMA } from '../shared/store/dynamo-schema.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import type { Config } from './config/config.ts';

/**
 * All that must not be lost: one table, one bucket, the key of secrets in the table, and the checkpoints that
 * prove it. They outlive the stack.
 */
export class Storage extends Construct {
  /** What the functions read and write. */
  readonly table: Pick<ITable, 'tableName' | 'tableArn'>;
  /** The table with its stream; one that was restored has none. */
  readonly streamed: ITable | undefined;
  readonly artifacts: Bucket;
  /** Seals the secrets of webhooks. */
  readonly webhookKey: Key;
  /** Signs tokens. They live for hours, and it no longer than the stack. */
  readonly tokenKey: Key;
  readonly checkpoints: CheckpointStore;

  constructor(
    scope: Construct,
    id: string,
    { isEmulated, restoredTable, checkpointDays }: Pick<Config, 'isEmulated' | 'restoredTable' | 'checkpointDays'>,
  ) {
    super(scope, id);

    const table = new Table(this, 'Table', {
      partitionKey: text(SCHEMA.partitionKey),
      sortKey: text(SCHEMA.sortKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: SCHEMA.timeToLive,
    });
    for (const { name, partitionKey, sortKey } of SCHEMA.indexes) {
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: text(partitionKey),
        sortKey: text(sortKey),
        projectionType: ProjectionType.ALL,
      });
    }
    this.table = restoredTable === undefined ? table : Table.fromTableName(this, 'RestoredTable', restoredTable);

    this.streamed = restoredTable === undefined ? (table as ITable) : undefined;

    this.artifacts = new Bucket(this, 'Artifacts', {
      versioned: true,
      objectLockEnabled: true,
      encryption: BucketEncryption.S3_MANAGED,
      ...(!isEmulated && { enforceSSL: true, minimumTLSVersion: 1.2 }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
      // The parts of an upload count for as long as its version may be completed.
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(UPLOAD_DAYS) },
        // Of what became a version's there is a copy. A day more than its row says, so that no row is without its bytes.
        {
          prefix: STAGED_PREFIX,
          expiration: Duration.days(STAGED_DAYS + 1),
          noncurrentVersionExpiration: Duration.days(1),
        },
      ],
    });

    this.webhookKey = new Key(this, 'WebhookKey', {
      description:
        'Signet seals the secrets of webhooks with a key that is made from this one. They are lost without it.',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.tokenKey = new Key(this, 'TokenKey', {
      description: 'Signet signs tokens with a key that is made from this one. They live for hours.',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.checkpoints = new CheckpointStore(this, 'Checkpoints', { isEmulated, checkpointDays });
  }
}

const text = (name: string) => ({ name, type: AttributeType.STRING });
