import { Complaint } from './complaint.ts';
import { keysOf } from './credentials.ts';
import { type Profile, profilesFile, readProfiles } from './profiles.ts';
import type { World } from './world.ts';

/** What every command takes, as commander hands it over. */
export interface GlobalOptions {
  readonly profile?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly tenant?: string;
  readonly awsProfile?: string;
  readonly json?: boolean;
}

/** Which registry to call, and as whom. */
export interface Settings extends Omit<Profile, 'region'> {
  readonly region: string;
}

/** The name of the profile that is asked for. */
export const profileName = ({ profile }: GlobalOptions, { env }: Pick<World, 'env'>): string =>
  profile ?? env['SIGNET_PROFILE'] ?? 'default';

/**
 * The settings of a command: options come before the environment, and that before the profile.
 * @throws Complaint where there is no such profile, no endpoint or no region
 */
export async function settingsOf(options: GlobalOptions, world: World): Promise<Settings> {
  return settled(options, world.env, await profileOf(options, world));
}

/** Settings from options, environment and what is known besides. */
export function settled(options: GlobalOptions, env: World['env'], profile: Partial<Profile> | undefined): Settings {
  const endpoint = options.endpoint ?? env['SIGNET_ENDPOINT'] ?? profile?.endpoint;
  if (!endpoint) throw new Complaint('usage', 'No registry is chosen.', { hint: NO_ENDPOINT });
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint)) {
    throw new Complaint('usage', `${endpoint} is not the URL of a registry: expected http://… or https://…`);
  }
  const region = regionOf(options, env, profile, endpoint);
  if (!region) throw new Complaint('usage', 'The AWS region is not known.', { hint: 'Say it with --region.' });

  const tenant = options.tenant ?? env['SIGNET_TENANT'] ?? profile?.tenant;
  const { credentialsFile } = profile ?? {};
  const awsProfile = options.awsProfile ?? awsProfileFrom(env, profile);
  return {
    endpoint,
    region,
    ...(tenant && { tenant }),
    ...(awsProfile && { awsProfile }),
    ...(credentialsFile && { credentialsFile }),
  };
}

/** Keys of the environment come before its AWS_PROFILE, as the AWS command line has it, and both before the profile. */
const awsProfileFrom = (env: World['env'], profile: Partial<Profile> | undefined): string | undefined =>
  keysOf(env) ? undefined : env['AWS_PROFILE'] || profile?.awsProfile;

const NO_ENDPOINT = 'Run `signet init`, or say where it is with --endpoint or SIGNET_ENDPOINT.';

async function profileOf(options: GlobalOptions, world: World): Promise<Profile | undefined> {
  const file = profilesFile(world);
  const profiles = await readProfiles(file);
  const name = profileName(options, world);
  if (Object.hasOwn(profiles, name)) return profiles[name];
  if (name === 'default') return undefined;

  const known = Object.keys(profiles).join(', ') || 'none';
  const hint = `Run \`signet init --profile ${name}\` to write it. There is ${known} in ${file}.`;
  throw new Complaint('usage', `There is no profile ${name}.`, { hint });
}

function regionOf(options: GlobalOptions, env: World['env'], profile: Partial<Profile> | undefined, endpoint: string) {
  const [, ofHost] = /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(new URL(endpoint).hostname) ?? [];
  return (
    options.region ??
    env['SIGNET_REGION'] ??
    profile?.region ??
    ofHost ??
    env['AWS_REGION'] ??
    env['AWS_DEFAULT_REGION']
  );
}
