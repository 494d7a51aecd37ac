import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { removeWithUs } from '../support/end-with-us.ts';
import { deploy } from './deploy.ts';
import { startMiniStack } from './ministack.ts';
import { whyNoPython } from './python.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the stack is deployed, for the run that has one. */
    readonly deployed?: { readonly api: string; readonly aws: string };
  }
}

/** Brings the stack up for the whole run, and takes it down again. Nothing of it stays, even if the run is killed. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = whyNoPython();
  if (missing !== undefined) throw new Error(`The stack cannot be deployed here. ${missing}`);

  const made: AsyncDisposable[] = [];
  try {
    const folder = await aFolderOfTheRun();
    made.unshift(folder);
    const ministack = await startMiniStack(folder.path);
    made.unshift(ministack);
    const deployment = await deploy(ministack, folder.path);
    made.unshift(deployment);
    project.provide('deployed', { api: deployment.endpoint, aws: ministack.endpoint });
    return () => takeDown(made);
  } catch (error) {
    await takeDown(made);
    throw error;
  }
}

/** One after the other, whatever of it fails. */
async function takeDown([first, ...others]: readonly AsyncDisposable[]): Promise<void> {
  try {
    await first?.[Symbol.asyncDispose]();
  } finally {
    if (others.length > 0) await takeDown(others);
  }
}

/** Has all temporary files of the run, also those of its tests. */
async function aFolderOfTheRun(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'signet-deployed-'));
  const forget = removeWithUs(folder);
  process.env['TMPDIR'] = folder;
  return {
    path: folder,
    [Symbol.asyncDispose]: async () => {
      await rm(folder, { recursive: true, force: true });
      forget();
    },
  };
}
