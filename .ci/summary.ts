import { readFileSync } from 'node:fs';
import { argv } from 'node:process';

/** What vitest's JSON reporter says of a run, as far as it is read here. */
interface Run {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

const [, , file = ''] = argv;
const text = readFileSync(file, 'utf8');

/** Without results there was no run, which is a failure. */
const run: Run = text === '' ? { numPassedTests: 0, numFailedTests: 1, testResults: [] } : JSON.parse(text);

/** A file that could not be loaded has no tests that could fail. */
const unloaded = run.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.length,
);

console.log(`${run.numPassedTests} passed, ${run.numFailedTests + unloaded.length} failed`);
