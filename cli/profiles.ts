import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';
import { fieldOf } from '../shared/http/field.ts';
import { Complaint } from './complaint.ts';
import { ensureDirectory } from './directory.ts';
import type { World } from './world.ts';

/** Where a registry is, and as whom to call it. Keys are never in it: the AWS credential chain has them. */
export const Profile = z.strictObject({
  endpoint: z.string(),
  region: z.optional(z.string()),
  tenant: z.optional(z.string()),
  /** A profile of the AWS credential chain. */
  awsProfile: z.optional(z.string()),
  /** The credentials file that has it, where it is not AWS's own: an embedded registry writes one. */
  credentialsFile: z.optional(z.string()),
});
export type Profile = z.output<typeof Profile>;

const Profiles = z.strictObject({ profiles: z.record(z.string(), Profile) });

/** The file that keeps the profiles, where the platform keeps configuration; `SIGNET_CONFIG` names another. */
export function profilesFile({ env, directory }: Pick<World, 'env' | 'directory'>): string {
  const named = env['SIGNET_CONFIG'];
  if (named) return path.resolve(directory, named);
  return path.join(configDirectory(env), 'signet', 'config.json');
}

function configDirectory(env: World['env']): string {
  const home = env['HOME'] ?? homedir();
  if (env['XDG_CONFIG_HOME']) return env['XDG_CONFIG_HOME'];
  if (process.platform === 'win32') return env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming');
  return process.platform === 'darwin' ? path.join(home, 'Library', 'Application Support') : path.join(home, '.config');
}

/**
 * The profiles by name; none where there is no file yet.
 * @throws Complaint where the file is not what `signet init` writes
 */
export async function readProfiles(file: string): Promise<Readonly<Record<string, Profile>>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (text === undefined) return {};
  const parsed = Profiles.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data.profiles;
  const issues = parsed.error.issues.map(({ path: at, message }) => ({ field: fieldOf(at), message }));
  const hint = 'Correct it, or delete it and run `signet init`.';
  throw new Complaint('usage', `${file} is not a configuration of signet.`, { hint, issues });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Adds a profile, or puts it in the place of the one of that name. What others write meanwhile is kept as well. */
export async function writeProfile(file: string, name: string, profile: Profile): Promise<void> {
  await ensureDirectory(path.dirname(file));
  const unfinished = `${file}.new`;
  await using handle = await openAlone(unfinished);
  try {
    const profiles = { ...(await readProfiles(file)), [name]: profile };
    await handle.writeFile(`${JSON.stringify({ profiles }, undefined, 2)}\n`);
    await handle.close();
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Longer than any write takes: a file this old was left behind by somebody who was killed. */
const STALE_MS = 5000;
const PAUSE_MS = 20;

/** Makes a file that is not there, and so is the lock as well: waits while somebody else has made it. */
async function openAlone(file: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(file, 'wx', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const madeAt = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - madeAt > STALE_MS) await rm(file, { force: true });
    else await setTimeout(Math.random() * PAUSE_MS);
  }
}
