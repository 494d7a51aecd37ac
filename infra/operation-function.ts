import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { memoryOf, secondsOf, type Variable, variablesOf } from '../shared/contract/environment.ts';
import type { Operation } from '../shared/contract/operation.ts';
import type { Config } from './config/config.ts';
import { grantsOf } from './grants.ts';
import type { Storage } from './storage.ts';

/** What functions can be given, of which each gets what its row asks for. */
export interface Surroundings {
  readonly storage: Storage;
  readonly cursorKey: Key;
  /** Encrypts what is logged. */
  readonly operationsKey: Key;
  readonly config: Config;
}

export interface OperationFunctionProps extends Surroundings {
  readonly operation: Operation;
  /** The folder of its bundle. */
  readonly bundle: string;
}

/** The Lambda of one operation: with a role of its own, and in it the grants that its row asks for and no others. */
export class OperationFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, { operation, bundle, ...surroundings }: OperationFunctionProps) {
    const { cursorKey, operationsKey, config } = surroundings;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: config.logRetention,
      encryptionKey: operationsKey,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    super(scope, id, {
      description: operation.summary,
      code: Code.fromAsset(bundle),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryOf(operation),
      timeout: Duration.seconds(secondsOf(operation)),
      tracing: Tracing.ACTIVE,
      role,
      logGroup,
      environment: environmentOf(operation, surroundings),
    });

    logGroup.grantWrite(role);
    for (const need of operation.needs)
      for (const statement of grantsOf(need, surroundings)) role.addToPolicy(statement);
    if (variablesOf(operation).includes('CURSOR_KEY')) cursorKey.grantGenerateMac(role);
  }
}

function environmentOf(operation: Operation, { storage, cursorKey, config }: Surroundings) {
  const values: Readonly<Record<Variable, string>> = {
    TABLE_NAME: storage.table.tableName,
    BUCKET_NAME: storage.artifacts.bucketName,
    CURSOR_KEY: cursorKey.keyArn,
    DEPLOYMENT_ADMINS: config.deploymentAdmins.join(','),
    MEMBERSHIP_SECONDS: String(config.membershipSeconds),
  };
  return Object.fromEntries(variablesOf(operation).map((variable) => [variable, values[variable]]));
}
