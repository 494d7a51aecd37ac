import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from './refusal.ts';
import type { Destination } from './stage.ts';

/** Deploys with the CDK's own command line, whose words go to the terminal. @returns where the API is */
export async function cdkDeploy({ stage, region, config }: Destination, asksNothing: boolean): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-deploy-'));
  try {
    const outputs = join(folder, 'outputs.json');
    const approval = asksNothing ? ['--require-approval', 'never'] : [];
    await cdk(['deploy', '-c', `stage=${stage}`, '--outputs-file', outputs, ...approval], region);
    return endpointIn(await readFile(outputs, 'utf8').catch(() => '{}'), config.stackName);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs what `npm run` finds first. @throws Refusal with its exit code, unless it succeeds */
async function cdk(args: readonly string[], region: string): Promise<void> {
  const child = spawn('cdk', args, {
    env: { ...process.env, AWS_REGION: region, AWS_DEFAULT_REGION: region },
    stdio: 'inherit',
  });
  // Ctrl-C reaches the CDK by itself. Here it only must not end what tidies up when that has ended.
  const wait = () => undefined;
  const handOn = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', handOn);
  try {
    const [code, signal] = (await once(child, 'exit').catch(notStarted)) as [number | null, NodeJS.Signals | null];
    if (code === 0) return;
    const status = code ?? 128 + (signal ? constants.signals[signal] : 0);
    throw new Refusal('The CDK did not deploy it: what it said is above.', status);
  } finally {
    process.off('SIGINT', wait).off('SIGTERM', handOn);
  }
}

function notStarted(error: Error): never {
  throw new Refusal(`The CDK does not start (${error.message}): npm ci, and then npm run deploy.`);
}

/** @throws Refusal where the CDK succeeded, and did not say */
function endpointIn(outputs: string, stackName: string): string {
  const told: Partial<Record<string, { readonly Endpoint?: string }>> = JSON.parse(outputs);
  const endpoint = told[stackName]?.Endpoint;
  if (endpoint) return endpoint.replace(/\/$/, '');
  throw new Refusal(`It is deployed, but the CDK did not say where: see Endpoint in the outputs of ${stackName}.`);
}
