import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from './config/config.ts';

/**
 * What proves the record against those who can write it: a key that one function alone signs with, and a bucket in which
 * nothing can be changed or deleted before its time, by nobody.
 */
export class CheckpointStore extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;
  readonly #isEmulated: boolean;

  constructor(
    scope: Construct,
    id: string,
    { isEmulated, checkpointDays }: Pick<Config, 'isEmulated' | 'checkpointDays'>,
  ) {
    super(scope, id);
    this.#isEmulated = isEmulated;

    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(checkpointDays)),
      encryption: BucketEncryption.S3_MANAGED,
      ...(!isEmulated && { enforceSSL: true, minimumTLSVersion: 1.2 }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    if (!isEmulated) this.bucket.addToResourcePolicy(onceOnly(this.bucket));

    this.key = new Key(this, 'Key', {
      description: 'Signet signs checkpoints of the record with it. Without it, none of them can be checked.',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Lets nobody sign but this role, whatever IAM gives to others. */
  signedBy(role: IRole): void {
    // An emulator does not tell a key which role asks: to it, everybody is another.
    if (this.#isEmulated) return;
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OneSigner',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['kms:Sign'],
        resources: ['*'],
        conditions: { StringNotEquals: { 'aws:PrincipalArn': role.roleArn } },
      }),
    );
  }
}

/** No object under a name that has one: that would be another version, and the first one is the evidence. */
const onceOnly = (bucket: Bucket): PolicyStatement =>
  new PolicyStatement({
    sid: 'OnceOnly',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('*')],
    conditions: { Null: { 's3:if-none-match': 'true' } },
  });
