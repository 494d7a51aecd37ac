import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Api } from './api.ts';
import type { Config } from './config/config.ts';
import { Storage } from './storage.ts';

export interface RegistryStackProps extends StackProps {
  readonly config: Config;
}

/** The registry on AWS. */
export class RegistryStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: RegistryStackProps) {
    super(scope, id, { description: 'Signet: a governed model registry', ...props });

    const storage = new Storage(this, 'Storage', config);
    const { rest } = new Api(this, 'Api', { storage, config });

    new CfnOutput(this, 'Endpoint', { value: rest.url, description: 'Where the API is' });
  }
}
