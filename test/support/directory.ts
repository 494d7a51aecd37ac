import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty directory, gone after the test. */
export async function aDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'signet-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
