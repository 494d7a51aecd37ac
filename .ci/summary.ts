import { readFileSync } from 'node:fs';
import { argv } from 'node:process';

/** What vitest's JSON reporter says of a run, as far as it is read here. */
interface Run {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Without results there was no run, which is a failure. */
const NOTHING: Run = { numPassedTests: 0, numFailedTests: 1, testResults: [] };

const runs = argv.slice(2).map((file): Run => {
  const text = readFileSync(file, 'utf8');
  return text === '' ? NOTHING : JSON.parse(text);
});

/** A file fails by itself if it could not be loaded, or if something was wrong at its end. */
const failedFiles = runs
  .flatMap(({ testResults }) => testResults)
  .filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed'),
  );

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const passed = sum(runs.map(({ numPassedTests }) => numPassedTests));
const failed = sum(runs.map(({ numFailedTests }) => numFailedTests)) + failedFiles.length;

console.log(`${passed} passed, ${failed} failed`);
