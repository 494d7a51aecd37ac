import { Aws, Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { memoryOf, queuesOf, type Row, secondsOf, type Variable, variablesOf } from '../shared/contract/environment.ts';
import type { Config } from './config/config.ts';
import { FunctionRole } from './function-role.ts';
import { grantsOf } from './grants.ts';
import type { Messaging } from './messaging.ts';
import type { Storage } from './storage.ts';
import type { Subscriptions } from './subscriptions.ts';

/** What functions can be given, of which each gets what its row asks for. */
export interface Surroundings {
  readonly storage: Storage;
  readonly messaging: Messaging;
  readonly subscriptions: Subscriptions;
  readonly cursorKey: Key;
  /** Encrypts what is logged. */
  readonly operationsKey: Key;
  readonly config: Config;
}

export interface RegistryFunctionProps extends Surroundings {
  readonly row: Row;
  /** The folder of its bundle. */
  readonly bundle: string;
}

/** The Lambda of one row: with a role of its own, and in it the grants that its row asks for and no others. */
export class RegistryFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, { row, bundle, ...surroundings }: RegistryFunctionProps) {
    const { cursorKey, operationsKey, config } = surroundings;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: config.logRetention,
      encryptionKey: operationsKey,
    });
    const role = roleOf(row, scope, `${id}Role`);
    super(scope, id, {
      description: row.summary,
      code: Code.fromAsset(bundle),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryOf(row),
      timeout: Duration.seconds(secondsOf(row)),
      tracing: Tracing.ACTIVE,
      role,
      logGroup,
      environment: environmentOf(row, surroundings),
    });

    logGroup.grantWrite(role);
    for (const need of row.needs) for (const statement of grantsOf(need, surroundings)) role.addToPolicy(statement);
    if (variablesOf(row).includes('CURSOR_KEY')) cursorKey.grantGenerateMac(role);
  }
}

/**
 * A key whose policy names a role cannot be named in that role too, since CloudFormation would wait for both: the one
 * that signs checkpoints has its grants beside it.
 */
const roleOf = ({ needs }: Row, scope: Construct, id: string): Role =>
  needs.includes('checkpoints:sign')
    ? new Role(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    : new FunctionRole(scope, id);

function environmentOf(row: Row, { storage, messaging, subscriptions, cursorKey, config }: Surroundings) {
  const urls = Object.fromEntries(queuesOf(row).map((name) => [name, messaging.queueOf(name).queueUrl]));
  const values: Readonly<Record<Variable, string>> = {
    TABLE_NAME: storage.table.tableName,
    BUCKET_NAME: storage.artifacts.bucketName,
    STAGING_BUCKET: storage.artifacts.bucketName,
    CURSOR_KEY: cursorKey.keyArn,
    ISSUERS: JSON.stringify(config.issuers),
    TOKEN_KEY: storage.tokenKey.keyArn,
    WEBHOOK_KEY: storage.webhookKey.keyArn,
    TRUSTED_ORIGINS: config.trustedOrigins.join(','),
    DEPLOYMENT_ADMINS: config.deploymentAdmins.join(','),
    MEMBERSHIP_SECONDS: String(config.membershipSeconds),
    EVENT_BUS: messaging.bus.eventBusName,
    QUEUE_URLS: JSON.stringify(urls),
    SUBSCRIBERS: JSON.stringify(subscriptions.settings),
    // On an emulator there is one account for all.
    OWN_ACCOUNT: config.isEmulated ? '' : Aws.ACCOUNT_ID,
    LETTERS_URL: messaging.letters.queueUrl,
    CHECKPOINT_KEY: storage.checkpoints.key.keyArn,
    CHECKPOINT_BUCKET: storage.checkpoints.bucket.bucketName,
  };
  return Object.fromEntries(variablesOf(row).map((variable) => [variable, values[variable]]));
}
