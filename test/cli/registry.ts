import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRegistry, type Registry } from '../../local/registry.ts';
import { type Terminal, terminal } from './terminal.ts';

/** A registry of its own, and a terminal whose profiles are the people that it knows. */
export interface World extends AsyncDisposable {
  readonly registry: Registry;
  readonly data: string;
  readonly person: Terminal;
}

export async function aRegistry(): Promise<World> {
  const data = await mkdtemp(path.join(tmpdir(), 'signet-data-'));
  const registry = await openRegistry({ directory: data, port: 0 });
  const person = await terminal();
  const { endpoint, region, credentialsFile } = registry;
  for (const name of Object.keys(registry.credentials)) {
    await person.profile(name, { endpoint, region, credentialsFile, awsProfile: `signet-${name}` });
  }
  return {
    registry,
    data,
    person,
    [Symbol.asyncDispose]: async () => {
      await registry.close();
      await rm(data, { recursive: true });
      await person[Symbol.asyncDispose]();
    },
  };
}
