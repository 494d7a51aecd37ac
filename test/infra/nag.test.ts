import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { afterAll, describe, expect, it } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };
import { checked, type Stage } from '../../infra/config/config.ts';
import { stage as prod } from '../../infra/config/prod.ts';
import { stage as test } from '../../infra/config/test.ts';
import { acknowledge, suppressions } from '../../infra/nag-suppressions.ts';
import { RegistryStack } from '../../infra/registry-stack.ts';

const SUPPRESSIONS_MAX = 15;

const outdir = mkdtempSync(join(tmpdir(), 'signet-nag-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** What the packs find in the stack of a stage: before the suppressions, and in spite of them. */
function findingsOf(name: string, stage: Stage) {
  const app = new App({ context: cdk.context, outdir: join(outdir, name) });
  const stack = new RegistryStack(app, stage.stackName, { config: checked(name, stage) });
  const found = () =>
    [new AwsSolutionsChecks(app), new NIST80053R5Checks(app), new ServerlessChecks(app)].flatMap((pack) =>
      pack.validateScope(stack).violations.map(({ ruleName }) => ruleName),
    );
  const all = found();
  acknowledge(stack);
  return { all, left: found() };
}

const deploymentAdmins = ['aws:111122223333:role/Platform'];
const stages = {
  // What an emulator needs besides (a bucket that takes http) never reaches AWS.
  test: findingsOf('test', { ...test, isEmulated: false, trustedOrigins: [] }),
  prod: findingsOf('prod', { ...prod, deploymentAdmins }),
};

describe.each(Object.entries(stages))('the stack of the stage %s', (_, { all, left }) => {
  it('meets every demand of cdk-nag, or says why it does not', () => {
    expect(all.length).toBeGreaterThan(0);
    expect(left).toEqual([]);
  });
});

describe('the suppressions', () => {
  it('are few', () => {
    expect(suppressions.length).toBeLessThanOrEqual(SUPPRESSIONS_MAX);
  });

  it('name each rule once, with a reason', () => {
    const rules = suppressions.flatMap((one) => one.rules);

    expect(new Set(rules).size).toBe(rules.length);
    for (const { reason } of suppressions) expect(reason).toMatch(/^[A-Z].{80,}\.$/);
  });

  it('are all needed', () => {
    const ofNag = suppressions.flatMap(({ rules }) => rules.filter((rule) => !/^CKV_|^[EW]\d+$/.test(rule)));

    expect(ofNag.filter((rule) => !stages.test.all.includes(rule))).toEqual([]);
  });
});
