import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from './refusal.ts';
import type { Destination } from './stage.ts';

/** Deploys with the CDK's own command line, whose words go to the terminal. @returns where the API is */
export async function cdkDeploy({ stage, region, config }: Destination, asksNothing: boolean): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-deploy-'));
  try {
    const outputs = join(folder, 'outputs.json');
    const approval = asksNothing ? ['--require-approval', 'never'] : [];
    const child = spawn('npx', ['cdk', 'deploy', '-c', `stage=${stage}`, '--outputs-file', outputs, ...approval], {
      env: { ...process.env, AWS_REGION: region, AWS_DEFAULT_REGION: region },
      stdio: 'inherit',
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Refusal('The CDK did not deploy it: what it said is above.');
    const told: Record<string, { readonly Endpoint: string }> = JSON.parse(await readFile(outputs, 'utf8'));
    return (told[config.stackName]?.Endpoint ?? '').replace(/\/$/, '');
  } finally {
    await rm(folder, { recursive: true });
  }
}
