import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { programsOf } from '../../test/deployed/python.ts';
import { endAllWithUs } from '../../test/support/end-with-us.ts';
import { freePort } from '../../test/support/free-port.ts';

/** A server of MLflow's own, and how long it took until it answered. */
export interface MlflowServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly pid: number;
  readonly milliseconds: number;
}

const START_MS_MAX = 120_000;

/**
 * MLflow's own server on an SQLite file. Jobs are off, which a registry has no use for: with them it is slower to start,
 * and larger.
 */
export async function startMlflow(database: string, workers: number): Promise<MlflowServer> {
  const { mlflow } = await programsOf('mlflow', '../mlflow/requirements.txt', ['mlflow']);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const begun = performance.now();
  const server = spawn(
    mlflow,
    ['server', '--backend-store-uri', `sqlite:///${database}`, '--port', String(port), '--workers', String(workers)],
    {
      env: { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', MLFLOW_DISABLE_TELEMETRY: 'true' },
      stdio: 'ignore',
      detached: true,
    },
  );
  endAllWithUs(server);
  await untilAnswered(server, `${endpoint}/api/2.0/mlflow/registered-models/search?max_results=1`);
  return {
    endpoint,
    pid: server.pid ?? 0,
    milliseconds: performance.now() - begun,
    [Symbol.asyncDispose]: async () => {
      const ended = once(server, 'exit');
      process.kill(-(server.pid ?? 0), 'SIGKILL');
      await ended;
    },
  };
}

async function untilAnswered(server: ChildProcess, url: string): Promise<void> {
  for (const until = Date.now() + START_MS_MAX; ; await wait(20)) {
    if (server.exitCode !== null) throw new Error(`mlflow server ended with ${server.exitCode} before it answered.`);
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    if (Date.now() > until) throw new Error('mlflow server did not answer.');
  }
}

/**
 * What a process and all that it started keep in memory, in MB: of what is shared each has its part. Nothing where there
 * is no Linux to tell.
 *
 * Source: https://docs.kernel.org/filesystems/proc.html (`Pss` of smaps_rollup)
 */
export function memoryOf(pid: number): number | undefined {
  try {
    return below(pid, childrenByParent()).reduce((sum, one) => sum + proportionalKb(one), 0) / 1024;
  } catch {
    return undefined;
  }
}

function childrenByParent(): ReadonlyMap<number, number[]> {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    // The name of a program, which is in brackets, may have spaces in it.
    const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

const below = (pid: number, children: ReadonlyMap<number, number[]>): number[] => [
  pid,
  ...(children.get(pid) ?? []).flatMap((child) => below(child, children)),
];

const proportionalKb = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
