import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { bundleFunctions, SETTINGS } from '../infra/bundles.ts';
import { needsArtifacts } from '../shared/contract/environment.ts';
import { rows } from '../shared/contract/operations.ts';
import { percentile } from './load.ts';

/** A function without files loads in at most so many times as long as a bundle of nothing but the DocumentClient. */
const RATIO_MAX = 1.15;
const ROUNDS = 15;

const folder = mkdtempSync(join(tmpdir(), 'signet-load-'));

/** Prints what each bundle takes. @returns whether the goal is met */
function compare(): boolean {
  const control = bareBundle();
  const bundles = bundleFunctions(join(folder, 'functions'));
  const files = [control, ...rows.map(([name]) => join(bundles[name], 'index.mjs'))];
  const times = timesOf(files);
  const base = median(times.get(control), 'wall');

  console.log(columns('module load, median of 15', 'ms', 'CPU ms', '× control'));
  console.log(
    columns('control: DocumentClient alone', base.toFixed(1), median(times.get(control), 'cpu').toFixed(1), ''),
  );
  const missed = rows.filter(([name, operation]) => {
    const time = times.get(join(bundles[name], 'index.mjs'));
    const wall = median(time, 'wall');
    const limit = needsArtifacts(operation) ? '(with S3)' : wall > RATIO_MAX * base ? 'missed' : '';
    console.log(columns(name, wall.toFixed(1), median(time, 'cpu').toFixed(1), (wall / base).toFixed(2)), limit);
    return limit === 'missed';
  });
  console.log(`${missed.length} of ${rows.length} take more than ${RATIO_MAX} × control.`);
  return missed.length === 0;
}

function bareBundle(): string {
  const entryPoint = fileURLToPath(import.meta.resolve('./bare-client.ts'));
  buildSync({ ...SETTINGS, entryPoints: { control: entryPoint }, outdir: folder });
  return join(folder, 'control.mjs');
}

interface Load {
  readonly wall: number;
  /** Of all threads, and so above the wall where some of them compile and collect. */
  readonly cpu: number;
}

/** Every file is loaded once in each round, so that whatever else the machine does falls on all of them. */
function timesOf(files: readonly string[]): ReadonlyMap<string, readonly Load[]> {
  // The first of the rounds fills the caches of the disk, and does not count.
  const rounds = Array.from({ length: ROUNDS + 1 }, () => files.map(load)).slice(1);
  return new Map(files.map((file, index) => [file, rounds.flatMap((round) => round[index] ?? [])]));
}

/** In a process of its own, with the options that the stack gives to functions. */
function load(file: string): Load {
  const options = ['--enable-source-maps', '--input-type=module', '--eval', LOAD, pathToFileURL(file).href];
  return JSON.parse(execFileSync(process.execPath, options, { encoding: 'utf8', env: { AWS_REGION: 'eu-central-1' } }));
}

const LOAD = `
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await import(process.argv[1]);
  const [wall, { user, system }] = [performance.now() - start, process.cpuUsage(cpu)];
  console.log(JSON.stringify({ wall, cpu: (user + system) / 1000 }));
`;

const median = (loads: readonly Load[] = [], of: keyof Load): number =>
  percentile(
    loads.map((one) => one[of]),
    50,
  );

const columns = (name: string, ...cells: readonly string[]): string =>
  [name.padEnd(30), ...cells.map((cell) => cell.padStart(10))].join('');

try {
  process.exitCode = compare() ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
