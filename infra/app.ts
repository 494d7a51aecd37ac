import { App, CliCredentialsStackSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';
import { Refusal } from './deploy/refusal.ts';
import { acknowledge } from './nag-suppressions.ts';
import { RegistryStack } from './registry-stack.ts';
import { configOf } from './stages.ts';

/** `cdk deploy -c stage=prod` deploys what `infra/config/prod.ts` says. Without a stage there is nothing to deploy. */
async function main(): Promise<void> {
  const app = new App({ autoSynth: false });
  const name: unknown = app.node.tryGetContext('stage');
  if (typeof name !== 'string') throw new Refusal('Which stage? For example: npx cdk diff -c stage=prod');
  const config = await configOf(name);
  const { stackName, account, region, isEmulated } = config;

  const stack = new RegistryStack(app, stackName, {
    config,
    // With credentials for elsewhere, the CDK refuses to deploy.
    env: { ...(account !== undefined && { account }), ...(region !== undefined && { region }) },
    ...(isEmulated && { synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer }),
  });
  acknowledge(stack);
  app.synth();
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
