import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { locationAt } from './listener.ts';
import type { S3Location } from './s3-promises/bucket.ts';

/** The artifact server in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly location: S3Location;
  readonly killed: boolean;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Asks it to end. */
  stop(): Promise<{ readonly code: number | null; readonly stderr: string }>;
  /** The most memory that it has ever had. */
  peakBytes(): Promise<number>;
  /** The folders of all its files. */
  files(): Promise<readonly string[]>;
}

const script = new URL('server-process.ts', import.meta.url).pathname;
const node = [process.execPath, '--disable-warning=ExperimentalWarning', script];

type Limit = 'small disk' | 'small files';

const inOwnNamespace = 'unshare --user --map-root-user --mount';
// The directory is the last argument.
const mountAndRun = 'for directory; do :; done; mount -t tmpfs -o size=6m none "$directory" && exec "$@"';

const shells: Record<Limit, readonly string[]> = {
  'small disk': ['sh', '-c', `exec ${inOwnNamespace} "$0" "$@"`, 'sh', '-c', mountAndRun, 'sh'],
  // In blocks of 512 or 1024 bytes: 3 or 6 MB.
  'small files': ['sh', '-c', 'ulimit -f 6000 && exec "$@"', 'sh'],
};

/** Whether a process can be given a small file system of its own here. */
export const canLimitDisk =
  spawnSync('sh', ['-c', `${inOwnNamespace} mount -t tmpfs none "$0"`, tmpdir()]).status === 0;

export async function startServer(directory: string, limit?: Limit): Promise<ServerProcess> {
  const [command = '', ...args] = [...(limit ? shells[limit] : []), ...node, directory];
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  const ended = once(child, 'close') as Promise<[number | null]>;
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const { port } = await answer<{ port: number }>(child);

  return {
    location: locationAt(port),
    get killed() {
      return child.killed;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      return { code, stderr };
    },
    peakBytes: async () => (await answer<{ peakBytes: number }>(child, 'memory')).peakBytes,
    files: async () => (await answer<{ files: string[] }>(child, 'files')).files,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function answer<T>(child: ChildProcess, question?: string): Promise<T> {
  const heard = once(child, 'message');
  if (question) child.send(question);
  const gone = once(child, 'exit').then(() => {
    throw new Error('The server ended before it answered.');
  });
  const [message] = await Promise.race([heard, gone]);
  return message as T;
}
