import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { whyNoPython } from '../../test/deployed/python.ts';
import { compare } from './compare.ts';
import { scale } from './scale.ts';

/** `npm run bench:mlflow [-- beginning]`: all calls, or those whose names begin so. */
const beginning = process.argv[2] ?? '';

const missing = whyNoPython();
if (missing !== undefined) throw new Error(`MLflow's own server cannot run here. ${missing}`);
const directory = await mkdtemp(path.join(tmpdir(), 'signet-bench-'));
try {
  const missed = [...(await compare(directory, beginning)), ...(await scale(path.join(directory, 'scale')))];
  for (const line of missed) console.log(`missed: ${line}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
} finally {
  await rm(directory, { recursive: true, force: true });
}
