import { join } from 'node:path';
import { CfnOutput, Stack, type StackProps, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { bundleFunctions } from './bundles.ts';
import type { Config } from './config/config.ts';
import { Messaging } from './messaging.ts';
import { makeOperationsKey } from './operations-key.ts';
import { Reactions } from './reactions.ts';
import { Storage } from './storage.ts';
import { Subscriptions } from './subscriptions.ts';

export interface RegistryStackProps extends StackProps {
  readonly config: Config;
}

/** The registry on AWS. */
export class RegistryStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: RegistryStackProps) {
    super(scope, id, { description: 'Signet: a governed model registry', ...props });

    const storage = new Storage(this, 'Storage', config);
    const operationsKey = makeOperationsKey(this);
    const messaging = new Messaging(this, 'Messaging', config);
    const subscriptions = new Subscriptions(this, 'Subscriptions', { messaging, config });
    const surroundings = {
      storage,
      messaging,
      subscriptions,
      operationsKey,
      config,
      bundles: bundleFunctions(bundleFolder(this)),
    };
    const api = new Api(this, 'Api', surroundings);
    const reactions = new Reactions(this, 'Reactions', { ...surroundings, cursorKey: api.cursorKey });
    // An emulator reckons no alarm from several metrics.
    if (!config.isEmulated) new Alarms(this, 'Alarms', { ...surroundings, api, reactions });

    new CfnOutput(this, 'Endpoint', { value: api.rest.url, description: 'Where the API is' });
    new CfnOutput(this, 'Bus', { value: messaging.bus.eventBusName, description: 'Where events are told' });
    const { key, bucket } = storage.checkpoints;
    new CfnOutput(this, 'CheckpointKey', {
      value: key.keyArn,
      description: 'The key that checkpoints are signed with',
    });
    new CfnOutput(this, 'CheckpointBucket', { value: bucket.bucketName, description: 'Where checkpoints are kept' });
    new CfnOutput(this, 'Table', { value: storage.table.tableName, description: 'The table in use' });
  }
}

const bundleFolder = (stack: Stack): string => join(Stage.of(stack)?.outdir ?? 'cdk.out', 'functions');
