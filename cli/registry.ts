import type { Client } from '../shared/http/client.ts';
import { type GlobalOptions, type Settings, settingsOf } from './settings.ts';
import type { World } from './world.ts';

/** The registry that the options, the environment or the profile name. Loaded late: `--help` and offline commands need none. */
export async function connect(options: GlobalOptions, world: World): Promise<Client> {
  return clientOf(await settingsOf(options, world));
}

/** The registry of these settings, called with the credentials of the AWS default chain. */
export async function clientOf(settings: Settings): Promise<Client> {
  const [{ registryClient }, credentials] = await Promise.all([
    import('../shared/http/client.ts'),
    credentialsOf(settings),
  ]);
  const { endpoint, region, tenant } = settings;
  return registryClient({ endpoint, region, credentials, tenant });
}

async function credentialsOf({ awsProfile, credentialsFile }: Settings) {
  const { fromIni, fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  const profile = awsProfile && { profile: awsProfile };
  if (credentialsFile) return fromIni({ ...profile, filepath: credentialsFile, ignoreCache: true });
  return fromNodeProviderChain({ ...profile });
}
