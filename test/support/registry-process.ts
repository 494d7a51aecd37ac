import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Client, registryClient } from '../../shared/http/client.ts';

/** How a process was started and, once it has ended, what became of it. */
export interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  /** Waits for the end. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface Serving extends Started {
  readonly endpoint: string;
  /** Milliseconds from the start of the process to its welcome. */
  readonly startMs: number;
  /** Calls it with the keys of its credentials file, where it says that it is and where it keeps it, unless told. */
  as(name: string, endpoint?: string, directory?: string): Promise<Client>;
}

const START = path.resolve(import.meta.dirname, '../../local/start.js');

/** Starts what `npm start` starts. It does not outlive the test. */
export function start(
  args: readonly string[],
  through: readonly string[] = [],
  nodeOptions: readonly string[] = [],
): Started {
  const [command = '', ...rest] = [...through, process.execPath, ...nodeOptions, START, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, output: () => output.join(''), errors: () => errors.join(''), ended };
}

/** The same, once it answers. */
export async function serving(
  directory: string,
  args: readonly string[] = [],
  through: readonly string[] = [],
): Promise<Serving> {
  const begun = performance.now();
  const started = start(['--directory', directory, '--port', '0', ...args], through);
  let over = false;
  void started.ended.then(() => {
    over = true;
  });
  while (!started.output().includes('npx signet init')) {
    if (over) throw new Error(`The registry did not start: ${started.errors()}`);
    await once(started.child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  }
  const startMs = performance.now() - begun;
  const [, endpoint = ''] = /--endpoint (\S+)/.exec(started.output()) ?? [];
  const as = async (name: string, at = endpoint, where = directory) =>
    registryClient({ endpoint: at, region: 'us-east-1', credentials: await keysOf(where, name) });
  return { ...started, endpoint, startMs, as };
}

/** The keys of a profile in the credentials file of a directory. */
export async function keysOf(directory: string, name: string) {
  const text = await readFile(path.join(directory, 'credentials'), 'utf8');
  const [, accessKeyId = '', secretAccessKey = ''] =
    new RegExp(`\\[signet-${name}\\]\\naws_access_key_id = (\\S+)\\naws_secret_access_key = (\\S+)`).exec(text) ?? [];
  return { accessKeyId, secretAccessKey };
}
