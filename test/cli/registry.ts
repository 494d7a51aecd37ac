import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRegistry, type Registry, type RegistryOptions } from '../../local/registry.ts';
import { LENIENT } from '../support/lenient.ts';
import { untilValidated } from '../support/validated.ts';
import { type Printed, type Terminal, terminal } from './terminal.ts';

/** A registry of its own, and a terminal whose profiles are the people that it knows. */
export interface World extends AsyncDisposable {
  readonly registry: Registry;
  readonly data: string;
  readonly person: Terminal;
  /** Runs `signet` as one of these people. */
  as(who: string, ...words: string[]): Promise<Printed>;
  /** Where something is in the person's directory. */
  at(name: string): string;
  /** Writes files into a directory of the person, and gives its name. */
  write(name: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** Every file of a directory of the person, with its text. */
  read(name: string): Promise<Readonly<Record<string, string>>>;
}

export async function aRegistry(options: Pick<RegistryOptions, 'movable'> = {}): Promise<World> {
  const data = await mkdtemp(path.join(tmpdir(), 'signet-data-'));
  const registry = await openRegistry({ ...options, directory: data, port: 0 });
  const person = await terminal();
  const { endpoint, region, credentialsFile } = registry;
  for (const name of Object.keys(registry.credentials)) {
    await person.profile(name, { endpoint, region, credentialsFile, awsProfile: `signet-${name}` });
  }
  const at = (name: string) => path.join(person.directory, name);
  return {
    registry,
    data,
    person,
    as: (who, ...words) => person.signet(words, { env: { SIGNET_PROFILE: who } }),
    at,
    write: async (name, files) => {
      await mkdir(at(name), { recursive: true });
      for (const [file, text] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(at(name), file)), { recursive: true });
        await writeFile(path.join(at(name), file), text);
      }
      return name;
    },
    read: (name) => textsIn(at(name)),
    [Symbol.asyncDispose]: async () => {
      await registry.close();
      await rm(data, { recursive: true });
      await person[Symbol.asyncDispose]();
    },
  };
}

/** A registry with the model `iris`, which has the complete versions 1, 2 and 3. */
export async function aRegistryWithVersions(): Promise<World> {
  const world = await aRegistry();
  for (const number of [1, 2, 3]) {
    await world.write('.', { 'model.bin': `bytes of version ${number}` });
    const words = ['model.bin', '--model', 'iris', '--create', '--metric', `accuracy=0.9${number}`];
    await world.as('publisher', 'push', ...words);
    await untilValidated(world.registry.services, 'acme', 'iris', number);
  }
  return world;
}

/** Lets everything into production, for tests of what is not about governance. */
export const demandNothing = ({ as }: World): Promise<Printed> =>
  as('admin', 'put-policy', '--policy', JSON.stringify(LENIENT));

async function textsIn(directory: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  const texts = files.map(async (file) => [path.relative(directory, file), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}
