import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeWithUs } from '../support/end-with-us.ts';
import { type Mutant, mutants } from './mutants.ts';

/**
 * Makes each mistake in a copy of the sources, and runs what has to find it. It fails when one is not found, when the copy
 * without any mistake fails, and when the place of a mistake is not in the sources any more. `npm run test:mutants -- outbox` tries those
 * whose file or reason has this word.
 */
const [word = ''] = process.argv.slice(2);
const chosen = mutants.filter(({ file, why }) => `${file} ${why}`.includes(word));

const ROOT = path.resolve(import.meta.dirname, '../..');
const COPIED = ['shared', 'functions', 'local', 'test', 'package.json', 'tsconfig.json'];
const SEEDS = 400;
const SECONDS_MAX = 240;

const copy = await mkdtemp(path.join(tmpdir(), 'signet-mutants-'));
const removed = removeWithUs(copy);
for (const name of COPIED) await cp(path.join(ROOT, name), path.join(copy, name), { recursive: true });
await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));

const tests = [...new Set(chosen.flatMap(({ tests = [] }) => tests))];
if (await fails(simulation(20))) throw new Error('The simulation fails without any mistake.');
if (tests.length > 0 && (await fails(vitest(tests)))) throw new Error(`${tests} fail without any mistake.`);

let survivors = 0;
for (const mutant of chosen) {
  const begun = performance.now();
  const isFound = await tried(mutant);
  if (!isFound) survivors += 1;
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1).padStart(6);
  console.log(`${isFound ? 'found   ' : 'SURVIVED'} ${seconds} s  ${mutant.file.padEnd(34)} ${mutant.why}`);
}
console.log(`${chosen.length} mistakes, ${chosen.length - survivors} found`);
await rm(copy, { recursive: true });
removed();
process.exitCode = survivors === 0 && chosen.length > 0 ? 0 : 1;

async function tried({ file, find, replace, tests }: Mutant): Promise<boolean> {
  const at = path.join(copy, file);
  const text = await readFile(at, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`${file} does not have exactly once: ${find}`);
  await writeFile(
    at,
    text.replace(find, () => replace),
  );
  const isFound = await fails(tests ? vitest(tests) : simulation(SEEDS));
  await writeFile(at, text);
  return isFound;
}

function simulation(seeds: number): readonly string[] {
  return ['--disable-warning=ExperimentalWarning', 'test/simulation/main.ts', '--bail', '--seeds', String(seeds)];
}

function vitest(files: readonly string[]): readonly string[] {
  return [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'test/mutants/vitest.config.ts',
    '--bail',
    '1',
    ...files,
  ];
}

/** Whoever is not done in time fails. */
async function fails(args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, args, { cwd: copy, stdio: 'ignore', timeout: SECONDS_MAX * 1_000 });
  const [code] = await once(child, 'exit');
  return code !== 0;
}
