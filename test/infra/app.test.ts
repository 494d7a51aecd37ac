import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Runs the CDK app as the command line of the CDK does, and says what it made. */
function run(context: Readonly<Record<string, string>>) {
  const outdir = mkdtempSync(join(tmpdir(), 'signet-app-'));
  folders.push(outdir);
  const file = fileURLToPath(import.meta.resolve('../../infra/app.ts'));
  const { status, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdk.context, ...context }),
      // Who is signed in to another Region does not deploy to it.
      CDK_DEFAULT_ACCOUNT: '999900001111',
      CDK_DEFAULT_REGION: 'ap-southeast-2',
    },
  });
  return { status, stderr, made: readdirSync(outdir), outdir };
}

describe('the CDK app', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['no stage', {}, 'Which stage? For example: npx cdk diff -c stage=prod\n'],
    ['a stage that is not there', { stage: 'pro' }, 'There is no stage pro: infra/config/ has prod, test.\n'],
    [
      'a stage that is a path',
      { stage: '../config/test' },
      'There is no stage ../config/test: infra/config/ has prod, test.\n',
    ],
  ])('makes nothing of %s, and says why in a line', (_, context, stderr) => {
    expect(run(context)).toMatchObject({ status: 1, stderr, made: [] });
  });

  it('names what a stage lacks that is not filled in', () => {
    expect(run({ stage: 'prod' })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^infra\/config\/prod\.ts is not as it has to be:\n {2}deploymentAdmins: /),
    });
  });

  it('is for the account and the Region of its stage, whoever is signed in', () => {
    const { status, outdir } = run({ stage: 'test' });
    const manifest: { artifacts: Record<string, { environment?: string }> } = JSON.parse(
      readFileSync(join(outdir, 'manifest.json'), 'utf8'),
    );

    expect(status).toBe(0);
    expect(manifest.artifacts['SignetTest']?.environment).toBe('aws://000000000000/us-east-1');
  });
});
