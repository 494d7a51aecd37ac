import path from 'node:path';
import type { Command } from 'commander';
import type { Received } from '../../shared/contract/operations.ts';
import { command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { principalsIn } from '../credentials.ts';
import { type Profile, profilesFile, writeProfile } from '../profiles.ts';
import { clientOf } from '../registry.ts';
import type { Session } from '../session.ts';
import { profileName, type Settings, settled } from '../settings.ts';
import type { World } from '../world.ts';

interface InitOptions {
  readonly directory?: string;
}

/** The command that writes down where a registry is and as whom to call it. */
export function initCommand(world: World): Command {
  const made = command({
    name: 'init',
    summary: 'Write a profile: where the registry is, and as whom to call it',
    usage: '',
    example: 'signet init --endpoint https://registry.example.com --region eu-west-1 --aws-profile work',
  }).option('--directory <directory>', 'the data of an embedded registry; by default .signet, if it is there');
  return doing<InitOptions>(made, world, init);
}

/** The registry is asked before the profile is written: what does not work is not kept. */
async function init(session: Session, _: readonly string[], { directory }: InitOptions): Promise<void> {
  const { options, world, say } = session;
  const embedded = await embeddedIn(directory, session);
  const asked = settled(options, world.env, embedded?.profile);
  const me = await (await clientOf(asked, world)).whoAmI({});
  const settings = withTenant(asked, me);

  const name = profileName(options, world);
  const file = profilesFile(world);
  await writeProfile(file, name, settings);
  session.answer(me, () => told(settings, me));
  say(`The profile ${name} is in ${file}.`);
  const others = embedded?.principals.filter((one) => one !== settings.awsProfile) ?? [];
  if (others.length > 0) say(`Others who can call it, with --aws-profile: ${others.join(', ')}.`);
}

interface Embedded {
  readonly profile: Partial<Profile>;
  readonly principals: readonly string[];
}

const ENDPOINT = 'http://127.0.0.1:7070';
const REGION = 'us-east-1';

/** The embedded registry in a directory, by the keys that it keeps there; none where another one is asked for. */
async function embeddedIn(directory: string | undefined, { options, world }: Session): Promise<Embedded | undefined> {
  if (directory === undefined && (options.endpoint !== undefined || world.env['SIGNET_ENDPOINT'])) return undefined;
  const credentialsFile = path.resolve(world.directory, directory ?? '.signet', 'credentials');
  const principals = await principalsIn(credentialsFile);
  const [awsProfile] = principals;
  if (awsProfile) return { principals, profile: { endpoint: ENDPOINT, region: REGION, awsProfile, credentialsFile } };
  const hint = 'Start one with `npm start`, or say with --endpoint where another one is.';
  throw new Complaint('usage', `There is no registry in ${directory ?? '.signet'}.`, { hint });
}

type Me = Received<'whoAmI'>;

/**
 * The only tenant is written down as well: an admin of another one may add this principal there, and what worked until
 * then still has to.
 */
function withTenant(settings: Settings, { principal, tenants }: Me): Settings {
  const { tenant } = settings;
  const [only, ...others] = tenants;
  if (tenant === undefined) return only && others.length === 0 ? { ...settings, tenant: only.tenant } : settings;
  if (tenants.some((one) => one.tenant === tenant)) return settings;
  const known = tenants.map((one) => one.tenant).join(', ') || 'none';
  throw new Complaint('absent', `${principal} is not a member of ${tenant}.`, { hint: `Its tenants: ${known}.` });
}

function told({ endpoint, tenant }: Settings, { principal, tenants }: Me): string {
  const names = tenants.map((one) => one.tenant);
  const choice = names.length > 1 && tenant === undefined ? ' Choose one with --tenant.' : '';
  const places = names.length === 0 ? 'a member of no tenant yet' : `in ${tenant ?? names.join(', ')}`;
  return `You are ${principal}, ${places}, at ${endpoint}.${choice}`;
}
