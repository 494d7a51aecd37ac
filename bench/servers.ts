import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Credential } from '../local/sigv4.ts';
import { registryClient } from '../shared/http/client.ts';

/** A server in a process of its own, so that client and server do not share a thread. */
export interface Child<Told> extends AsyncDisposable {
  readonly told: Told;
  readonly pid: number;
  /** What it answers when it is asked for its memory. */
  memory(): Promise<NodeJS.MemoryUsage>;
}

export interface RegistryChild {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Readonly<Record<string, Credential>>;
}

/** The embedded registry on a new directory. It sends webhooks to these origins, besides public ones. */
export async function startRegistry(directory: string, trusted: readonly string[] = []): Promise<Child<RegistryChild>> {
  return started('registry-server.ts', [path.join(directory, 'registry'), ...trusted]);
}

/** Its first admin, who may publish and release from now on, and a client that signs as that admin. */
export async function adminOf({ endpoint, region, credentials: { admin } }: RegistryChild) {
  if (!admin) throw new Error('The registry made no admin.');
  const client = registryClient({ endpoint, region, credentials: admin });
  const roles = (['admin', 'publisher', 'releaser'] as const).map((role) => ({ role }));
  await client.putMember({ principal: admin.arn, roles });
  return { admin, client };
}

/** The control on a new file. */
export async function startControl(directory: string): Promise<Child<{ readonly endpoint: string }>> {
  await mkdir(path.join(directory, 'control'), { recursive: true });
  return started('control-server.ts', [path.join(directory, 'control', 'table.sqlite')]);
}

async function started<Told>(file: string, args: readonly string[]): Promise<Child<Told>> {
  const script = path.join(import.meta.dirname, file);
  const child = fork(script, args, { execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'] });
  const [told] = (await Promise.race([once(child, 'message'), diedEarly(child)])) as [Told];
  return {
    told,
    pid: child.pid ?? 0,
    async memory() {
      const answered = once(child, 'message');
      child.send('memory');
      return (await answered)[0] as NodeJS.MemoryUsage;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function diedEarly(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`The server ended with ${code} before it answered.`);
}
