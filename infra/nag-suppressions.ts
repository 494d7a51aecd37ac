import { type Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A demand that some check makes and that is not met here, with the reason for it. */
export interface Suppression {
  /** The same demand by the names that cdk-nag, cfn-lint and checkov have for it. */
  readonly rules: readonly string[];
  /** The constructs that it is true of: elsewhere the demand stands. */
  readonly at: readonly string[];
  readonly reason: string;
}

/** All that is not as the checks would have it. */
export const suppressions: readonly Suppression[] = [
  {
    rules: ['AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled', 'CKV_AWS_18'],
    at: ['Storage/Artifacts', 'Storage/Checkpoints/Bucket'],
    reason:
      'Who may fetch or store which file is decided by the API, which logs it with the principal and hands out a URL for one object and one purpose, good for an hour at most, and for six where a client uploads in parts of which nobody knows the digest. Server access logs would show the role that signed the URL, never the person, and are delivered on a best-effort basis. Whoever needs both turns on data events of CloudTrail for the bucket, in the account that keeps its audit logs. One function writes here, every 15 minutes, and logs what it does; nobody can change or delete anything, which is what a log of accesses would have to show. Whoever wants to know who reads checkpoints turns on data events of CloudTrail for the bucket.',
  },
  {
    rules: [
      'AwsSolutions-IAM5[Resource::*]',
      'Serverless-LambdaStarPermissions',
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/<MessagingBus52612CDD>/<AWS::StackName>-sub-*]',
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:role/<AWS::StackName>-sub/<AWS::StackName>-sub-*]',
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:<AWS::StackName>-sub-*]',
      'AwsSolutions-IAM5[Resource::<StorageArtifacts08431D1F.Arn>/staged/*]',
      'AwsSolutions-IAM5[Resource::<StorageArtifacts08431D1F.Arn>/t/*]',
      'AwsSolutions-IAM5[Resource::<StorageCheckpointsBucket4D6C34B7.Arn>/t/*]',
    ],
    at: ['Api', 'Reactions'],
    reason:
      'X-Ray takes no resource in a policy, nor does ListStreams of DynamoDB: PutTraceSegments, PutTelemetryRecords and, for the one function that reads the stream, ListStreams are the only actions on *, which test/infra/stack.test.ts asserts. What belongs to a subscription is named by its id, which is not known either: the one function that makes it may touch rules of the own bus, roles of the own path and queues of the own prefix, within a boundary. Objects are named by tenant and SHA-256, and none is known when the stack is made: functions whose rows ask for files may touch objects under t/ or, before they are proven, staged/, with single actions.',
  },
  {
    rules: ['AwsSolutions-APIG2'],
    at: ['Api/Rest'],
    reason:
      'Each function validates its whole request against the strict schema of its row before it does anything, and names the field in the refusal. A second, weaker validation by API Gateway would answer differently to the same mistake.',
  },
  {
    rules: ['AwsSolutions-APIG3', 'NIST.800.53.R5-APIGWAssociatedWithWAF'],
    at: ['Api/Rest'],
    reason:
      'API Gateway refuses a request without a valid AWS signature from a configured account, or a token that the authorizer knows, before it reaches an operation, and the stage limits the rate. What a web firewall looks for (scripts, SQL, bots) has no target: there is no browser and no SQL, and who is anonymous is told version and health alone. An account whose rules demand one associates its own web ACL with the stage through AWS Firewall Manager.',
  },
  {
    rules: ['AwsSolutions-APIG6', 'NIST.800.53.R5-APIGWExecutionLoggingEnabled'],
    at: ['Api/Rest'],
    reason:
      'The access log has a structured line for every request with caller, route, status and latency, and the function has another. Execution logs can hold headers and bodies, which must not be logged here, and are in a log group that the stack neither encrypts nor expires.',
  },
  {
    rules: ['NIST.800.53.R5-DynamoDBInBackupPlan', 'NIST.800.53.R5-S3BucketReplicationEnabled'],
    at: ['Storage'],
    reason:
      'The table can be restored to any second of the last 35 days and is protected from deletion; the bucket keeps every version of an object, and its keys are digests, so that no object is overwritten by another. Copies in another account or Region belong to whoever owns that account: an AWS Backup policy of the organization includes both by their ARNs, without a change here.',
  },
  {
    rules: ['NIST.800.53.R5-S3DefaultEncryptionKMS', 'CKV_AWS_119', 'CKV_AWS_173', 'CKV_AWS_27'],
    at: ['Storage', 'Api', 'Reactions', 'Messaging'],
    reason:
      'Table, buckets and queues are encrypted at rest with AES-256 under keys that AWS owns and rotates. Access is decided by the grants of single functions and by nothing else, so a key of the customer would add no separation of duties: the same functions would have to use it. Environment variables hold names and ARNs, and no secret; Lambda encrypts them as well.',
  },
  {
    rules: [
      'NIST.800.53.R5-IAMNoInlinePolicy',
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    ],
    at: ['Api', 'Reactions'],
    reason:
      'Each function has a role of its own with the grants of its row. Inline, they can be attached to nothing else and disappear with the role; as managed policies they could be reused for what they were not made for. Only the role by which API Gateway writes logs for the whole account has a policy that AWS manages: it is the one that API Gateway asks for, and it follows what API Gateway comes to need.',
  },
  {
    rules: ['NIST.800.53.R5-LambdaConcurrency', 'CKV_AWS_115'],
    at: ['Api', 'Reactions'],
    reason:
      'The stage limits requests and bursts for all functions together. Concurrency reserved for each of them would take from the account what the others need, and refuse a promotion because a quota of listings is used up. That Lambda runs short rings the alarm function-throttles.',
  },
  {
    rules: [
      'NIST.800.53.R5-LambdaDLQ',
      'Serverless-LambdaDLQ',
      'CKV_AWS_116',
      'Serverless-SNSRedrivePolicy',
      'Serverless-SQSRedrivePolicy',
      'Serverless-LambdaEventSourceMappingDestination',
    ],
    at: ['Api', 'Reactions', 'Messaging/Letters', 'Alarms/Topic'],
    reason:
      'Nothing waits here that could be lost unseen. API Gateway invokes each function and waits: a failure is answered to the caller, who repeats it, and Lambda uses dead-letter queues for asynchronous events alone. Reactions read from queues and streams, or are called by rules, and each of those has the queue of dead letters behind it, which people alone read and which has none itself: a mapping of a queue needs no destination besides it. A mail of an alarm that does not arrive leaves the alarm ringing in CloudWatch, on the dashboard and in its history.',
  },
  {
    rules: ['NIST.800.53.R5-LambdaInsideVPC', 'CKV_AWS_117'],
    at: ['Api', 'Reactions'],
    reason:
      'The functions speak to DynamoDB, S3, KMS, EventBridge and SQS alone, over TLS, each call signed and allowed by a policy; nothing listens, and there is no private network to reach. Inside of a VPC they would need endpoints for all of them, and would be no less reachable: only API Gateway, the rules of the bus and Lambda itself may invoke them.',
  },
  {
    rules: ['NIST.800.53.R5-APIGWCacheEnabledAndEncrypted', 'CKV_AWS_120'],
    at: ['Api/Rest'],
    reason:
      'Every answer is one caller’s own and says no-store. A cache in front of the functions would answer before the role of the caller is checked, and would show a version in production after it was rolled back.',
  },
  {
    rules: ['NIST.800.53.R5-APIGWSSLEnabled'],
    at: ['Api/Rest'],
    reason:
      'A client certificate proves API Gateway to an HTTP backend. There is none: API Gateway invokes functions through the API of Lambda, over TLS and signed, and each function allows that for its own route alone.',
  },
  {
    rules: ['CKV_AWS_7'],
    at: ['Api/CursorKey', 'Storage/WebhookKey', 'Storage/TokenKey', 'Storage/Checkpoints/Key'],
    reason:
      'KMS does not rotate HMAC keys. This one makes the seal of cursors, which live for a day and open nothing: a cursor is a place in a listing that its caller may read anyway. A new key makes all cursors invalid, and their owners start again. The key of logs and alarms rotates. KMS does not rotate keys that sign. Whoever checks the record compares the key with the one that they were given once: a key that changed by itself could not be told from one that an attacker put there. docs/audit.md says how to change it.',
  },
  {
    rules: ['W3005'],
    at: ['Api', 'Reactions'],
    reason:
      'The CDK writes the dependency of a function on its role twice, as a reference and as DependsOn. That is redundant, and no fault.',
  },
];

/** Tells cdk-nag of them, each where it is true: a stage may lack some constructs. */
export function acknowledge(stack: Stack): void {
  for (const { rules, at, reason } of suppressions) {
    for (const construct of at.map((path) => within(stack, path))) {
      if (construct) Validations.of(construct).acknowledge(...rules.map((id) => ({ id, reason })));
    }
  }
}

const within = (stack: Stack, path: string): IConstruct | undefined =>
  path.split('/').reduce<IConstruct | undefined>((scope, id) => scope?.node.tryFindChild(id), stack);
