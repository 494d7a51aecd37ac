import type { TestProject } from 'vitest/node';
import { deploy } from './deploy.ts';
import { startMiniStack } from './ministack.ts';
import { whyNoPython } from './python.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the stack is deployed, for the run that has one. */
    readonly deployed?: { readonly api: string; readonly aws: string };
  }
}

/** Brings the stack up for the whole run, and takes it down again. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = whyNoPython();
  if (missing !== undefined) throw new Error(`The stack cannot be deployed here. ${missing}`);

  const ministack = await startMiniStack();
  const deployment = await deploy(ministack).catch(async (error: unknown) => {
    await ministack.stop();
    throw error;
  });
  project.provide('deployed', { api: deployment.endpoint, aws: ministack.endpoint });
  return async () => {
    try {
      await deployment[Symbol.asyncDispose]();
    } finally {
      await ministack.stop();
    }
  };
}
