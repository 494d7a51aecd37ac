import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { s3Client } from '../../shared/artifacts/s3.ts';
import { ACCOUNT, CREDENTIALS, REGION, withoutAws } from '../support/emulated-aws.ts';
import { endAllWithUs } from '../support/end-with-us.ts';
import type { MiniStack } from './ministack.ts';

/** The stack as it was deployed. */
export interface Deployment extends AsyncDisposable {
  /** Where the API is, without `/v1`. */
  readonly endpoint: string;
}

const STACK = 'SignetTest';

/** Deploys the template of the stage `test` with the CDK's own command line, as anyone would. */
export async function deploy(ministack: MiniStack, folder: string): Promise<Deployment> {
  await makeAssetsBucket(ministack);
  const outputs = path.join(folder, 'outputs.json');
  const assembly = path.join(folder, 'cdk.out');
  const toFiles = ['--output', assembly, '--outputs-file', outputs];
  await cdk(ministack, 'deploy', '-c', 'stage=test', '--require-approval', 'never', ...toFiles);
  const { [STACK]: told } = JSON.parse(await readFile(outputs, 'utf8')) as Record<string, { Endpoint: string }>;
  const [, id = '', stage = ''] = /^https:\/\/(\w+)\.execute-api\.[^/]+\/(\w+)\/$/.exec(told?.Endpoint ?? '') ?? [];
  return {
    endpoint: `${ministack.endpoint}/restapis/${id}/${stage}/_user_request_`,
    [Symbol.asyncDispose]: async () => {
      await cdk(ministack, 'destroy', '--app', assembly, '--force');
    },
  };
}

/** What `cdk bootstrap` makes for the code of the functions; the rest of it is roles, which this stage does without. */
async function makeAssetsBucket({ endpoint }: MiniStack): Promise<void> {
  const client = s3Client({ endpoint, region: REGION, credentials: CREDENTIALS });
  await client.send(new CreateBucketCommand({ Bucket: `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}` }));
  client.destroy();
}

/** @throws Error with what the CDK printed, if it fails */
async function cdk({ environment }: MiniStack, ...args: string[]): Promise<void> {
  const child = spawn('npx', ['cdk', ...args, '--ci', '--no-notices'], {
    env: { ...withoutAws(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  endAllWithUs(child);
  const exited = once(child, 'exit');
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exited;
  if (code !== 0) throw new Error(`cdk ${args[0]} failed:\n${out}${errors}`);
}
