import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

const PYTHON_MIN = [3, 10] as const;

/** Why programs in Python cannot run here, or nothing. */
export function whyNoPython(): string | undefined {
  const { stdout, error } = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; print(*sys.version_info[:2])'], {
    encoding: 'utf8',
  });
  const [major = 0, minor = 0] = (stdout ?? '').trim().split(' ').map(Number);
  if (!error && major === PYTHON_MIN[0] && minor >= PYTHON_MIN[1]) return undefined;
  return `It needs Python ${PYTHON_MIN.join('.')} or later with venv, and found ${major ? `${major}.${minor}` : 'none'}.`;
}

/**
 * Where the programs of a list of requirements are, each at its pinned version; installs them where they are not yet.
 * There is a virtual environment for each list: whoever changes the list gets a new one.
 */
export async function programsOf<Program extends string>(
  name: string,
  /** The path of a list, as pip reads it. */
  list: string,
  programs: readonly Program[],
): Promise<Readonly<Record<Program, string>>> {
  const requirements = path.resolve(import.meta.dirname, list);
  const version = hash('sha256', readFileSync(requirements), 'hex').slice(0, 12);
  const home = path.join(process.cwd(), '.signet');
  const folder = path.join(home, `${name}-${version}`);
  const paths = programs.map((program) => [program, path.join(folder, 'bin', program)] as const);

  if (!paths.every(([, program]) => existsSync(program))) {
    console.log(`Installing ${name} under .signet/ …`);
    await mkdir(home, { recursive: true, mode: 0o700 });
    await rm(folder, { recursive: true, force: true });
    run('python3', ['-m', 'venv', folder]);
    run(path.join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  }
  return Object.fromEntries(paths) as Record<Program, string>;
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.`, { cause: error });
}
