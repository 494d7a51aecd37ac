import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** An AWS on this machine, in which IAM decides what may be done. */
export interface MiniStack {
  readonly endpoint: string;
  /** What the AWS SDK and the CDK have to find in the environment, to talk to it and to nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

const START_MS_MAX = 60_000;
const PYTHON_MIN = [3, 10] as const;

/** Why MiniStack cannot run here, or nothing. */
export function whyNoMiniStack(): string | undefined {
  const { stdout, error } = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; print(*sys.version_info[:2])'], {
    encoding: 'utf8',
  });
  const [major = 0, minor = 0] = (stdout ?? '').trim().split(' ').map(Number);
  if (!error && major === PYTHON_MIN[0] && minor >= PYTHON_MIN[1]) return undefined;
  return `It needs Python ${PYTHON_MIN.join('.')} or later with venv, and found ${major ? `${major}.${minor}` : 'none'}.`;
}

/** Installs MiniStack where it is not yet, and starts it with nothing in it. */
export async function startMiniStack(): Promise<MiniStack> {
  const home = path.join(process.cwd(), '.signet');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const program = await installed(home);
  // Not within this repository, whose package.json would make modules of the scripts that run its functions.
  const data = await mkdtemp(path.join(tmpdir(), 'signet-ministack-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(program, [], {
    cwd: data,
    env: {
      ...process.env,
      AUTH: 'true',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      LOG_LEVEL: 'WARNING',
      S3_DATA_DIR: path.join(data, 's3'),
      TMPDIR: data,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  await untilHealthy(server, endpoint);
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
    },
    stop: async () => {
      const ended = once(server, 'exit');
      // With it end the processes of its functions.
      process.kill(-(server.pid ?? 0), 'SIGKILL');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** A virtual environment for each list of requirements: whoever changes the list gets a new one. */
async function installed(home: string): Promise<string> {
  const requirements = path.join(import.meta.dirname, 'requirements.txt');
  const version = hash('sha256', readFileSync(requirements), 'hex').slice(0, 12);
  const folder = path.join(home, `ministack-${version}`);
  const program = path.join(folder, 'bin', 'ministack');
  if (existsSync(program)) return program;

  console.log('Installing MiniStack under .signet/ …');
  await rm(folder, { recursive: true, force: true });
  run('python3', ['-m', 'venv', folder]);
  run(path.join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  return program;
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.`, { cause: error });
}

async function untilHealthy(server: ChildProcess, endpoint: string): Promise<void> {
  const late = Date.now() + START_MS_MAX;
  while (server.exitCode === null && Date.now() < late) {
    const response = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await wait(100);
  }
  throw new Error('MiniStack did not start.');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
