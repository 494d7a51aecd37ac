import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fire, type Shot } from '../load.ts';
import { adminOf, type Child, type RegistryChild, startRegistry } from '../servers.ts';
import { signing, type Unsigned } from '../shots.ts';
import { FILLED, filling } from './calls.ts';
import { type MlflowServer, memoryOf, startMlflow } from './servers.ts';

/** One way in which the same calls are answered. */
export interface Side {
  readonly name: string;
  readonly endpoint: string;
  readonly keepAlive: boolean;
  readonly ready: (call: Unsigned) => Promise<Shot>;
}

export interface Sides extends AsyncDisposable {
  readonly signet: Side;
  /** MLflow's own server, in each of its set-ups. */
  readonly mlflow: readonly Side[];
}

const WORKERS = [1, 2];
/** How long a server is left alone before its memory is looked at. */
const IDLE_MS = 2_000;

/** All servers, with the same models and versions in each. What it took to start them is told on the way. */
export async function startSides(directory: string): Promise<Sides> {
  const stack = new AsyncDisposableStack();
  const begun = performance.now();
  const registry = stack.use(await startRegistry(directory));
  const signet = await sideOf(registry);
  await tell('Signet', performance.now() - begun, registry.pid);
  await fill(signet);

  const mlflow: Side[] = [];
  const filled = path.join(directory, 'mlflow.db');
  for (const workers of WORKERS) {
    const database = mlflow.length === 0 ? filled : path.join(directory, `mlflow-${workers}.db`);
    if (database !== filled) await copyFile(filled, database);
    const server = stack.use(await startMlflow(database, workers));
    const name = `${workers} worker${workers === 1 ? '' : 's'}`;
    await tell(`MLflow, ${name}`, server.milliseconds, server.pid);
    const [kept, anew] = sidesOf(server, name);
    if (database === filled) await fill(anew);
    mlflow.push(kept, anew);
  }
  return { signet, mlflow, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The embedded registry, in whose tenant stages are MLflow's. */
async function sideOf({ told }: Child<RegistryChild>): Promise<Side> {
  const { endpoint, region } = told;
  const { admin, client } = await adminOf(told);
  await client.putPolicy({ policy: { lifecycle: 'open' } });
  return { name: 'Signet', endpoint, keepAlive: true, ready: signing(endpoint, region, admin) };
}

/** A server with connections that are kept, as clients keep them, and with a new one for each call. */
function sidesOf({ endpoint }: MlflowServer, name: string): [Side, Side] {
  const ready = async ({ method, path: at, query, body }: Unsigned): Promise<Shot> => ({
    method,
    path: query ? `${at}?${new URLSearchParams(query)}` : at,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body,
  });
  return [
    { name: `${name}, kept`, endpoint, keepAlive: true, ready },
    { name: `${name}, anew`, endpoint, keepAlive: false, ready },
  ];
}

async function tell(name: string, milliseconds: number, pid: number): Promise<void> {
  await wait(IDLE_MS);
  const megabytes = memoryOf(pid)?.toFixed(0) ?? '?';
  console.log(`${name.padEnd(20)} first answer after ${(milliseconds / 1000).toFixed(1)} s, ${megabytes} MB idle`);
}

const FILLERS = 4;

async function fill({ endpoint, ready, keepAlive }: Side): Promise<void> {
  const shots = await Promise.all(
    Array.from({ length: FILLED.models }, (_, index) => Promise.all(filling(index).map(ready))),
  );
  const clients = Array.from({ length: FILLERS }, (_, filler) =>
    shots.filter((_, index) => index % FILLERS === filler).flat(),
  );
  await fire(endpoint, clients, { keepAlive });
}
