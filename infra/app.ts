import { App, CliCredentialsStackSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';
import * as z from 'zod/mini';
import { checked, type Stage } from './config/config.ts';
import { acknowledge } from './nag-suppressions.ts';
import { RegistryStack } from './registry-stack.ts';

const app = new App();

/** `cdk deploy -c stage=prod` reads `infra/config/prod.ts`. */
const name = z
  ._default(z.string().check(z.regex(/^[a-z][a-z0-9-]*$/)), 'test')
  .parse(app.node.tryGetContext('stage') ?? undefined);
const { stage } = (await import(`./config/${name}.ts`)) as { stage: Stage };
const config = checked(name, stage);

const stack = new RegistryStack(app, config.stackName, {
  config,
  ...(config.isEmulated && { synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer }),
});
acknowledge(stack);
