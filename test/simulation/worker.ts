import { parentPort, workerData } from 'node:worker_threads';
import { simulate } from './simulate.ts';

// Refusals are errors, of which there are many, and nobody reads where they came from.
Error.stackTraceLimit = 0;

const { from, to, step } = workerData as { from: number; to: number; step: number };
for (let seed = from; seed <= to; seed += step) parentPort?.postMessage(await simulate(seed));
