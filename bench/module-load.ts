import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { SETTINGS } from '../infra/bundler.ts';
import { bundleFunctions } from '../infra/bundles.ts';
import { needsArtifacts } from '../shared/contract/environment.ts';
import { rows } from '../shared/contract/operations.ts';
import { percentile } from './load.ts';

/**
 * A function without files loads in at most so many times as long as a bundle of nothing but the DocumentClient: made by
 * esbuild as everyone makes it, minified and from ES modules, with all that the SDK may ever import.
 */
const RATIO_MAX = 1.15;
const ROUNDS = 15;

const folder = mkdtempSync(join(tmpdir(), 'signet-load-'));

/** Prints what each bundle takes. @returns whether the goal is met */
async function compare(): Promise<boolean> {
  const bare = await bareBundle('bare', { ...SETTINGS, plugins: [] });
  // For comparison alone: what the registry's own code and schemas add to the SDK.
  const lean = await bareBundle('lean', SETTINGS);
  const bundles = bundleFunctions(join(folder, 'functions'));
  const times = timesOf([bare, lean, ...rows.map(([name]) => join(bundles[name], 'index.mjs'))]);
  const [base, leanBase] = [median(times.get(bare), 'wall'), median(times.get(lean), 'wall')];

  const line = (name: string, file: string, remark = '') => {
    const [wall, cpu] = [median(times.get(file), 'wall'), median(times.get(file), 'cpu')];
    const numbers = [wall.toFixed(1), cpu.toFixed(1), (wall / base).toFixed(2), (wall / leanBase).toFixed(2)];
    console.log(columns(name, ...numbers), remark);
  };
  console.log(columns('module load, median of 15', 'ms', 'CPU ms', '× bare', '× lean'));
  line('bare: DocumentClient alone', bare);
  line('lean: the same, as functions', lean);
  const missed = rows.filter(([name, operation]) => {
    const file = join(bundles[name], 'index.mjs');
    const isMissed = !needsArtifacts(operation) && median(times.get(file), 'wall') > RATIO_MAX * base;
    line(name, file, needsArtifacts(operation) ? '(with S3)' : isMissed ? 'missed' : '');
    return isMissed;
  });
  console.log(`${missed.length} of ${rows.length} take more than ${RATIO_MAX} × bare.`);
  return missed.length === 0;
}

async function bareBundle(name: string, settings: BuildOptions): Promise<string> {
  const entryPoint = fileURLToPath(import.meta.resolve('./bare-client.ts'));
  await build({ ...settings, entryPoints: { [name]: entryPoint }, outdir: folder });
  return join(folder, `${name}.mjs`);
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

/** In a process of its own. */
function load(file: string): Load {
  const options = ['--input-type=module', '--eval', LOAD, pathToFileURL(file).href];
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
  process.exitCode = (await compare()) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
