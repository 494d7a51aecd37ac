import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdk from '../../cdk.json' with { type: 'json' };
import { checked, type Stage } from '../config/config.ts';
import { RegistryStack } from '../registry-stack.ts';
import type { Template } from './storage.ts';

/** The template of a stage, and of nothing but that: neither assets nor a folder are left behind. */
export function synthesised(stage: Stage): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'signet-template-'));
  try {
    const app = new App({ context: cdk.context, outdir });
    new RegistryStack(app, stage.stackName, { config: checked(stage.stackName, stage) });
    return app.synth().getStackByName(stage.stackName).template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
