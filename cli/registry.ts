import type { Client } from '../shared/http/client.ts';
import { credentialsOf } from './credentials.ts';
import { type GlobalOptions, type Settings, settingsOf } from './settings.ts';
import type { World } from './world.ts';

/** The registry that the options, the environment or the profile name. Loaded late: `--help` and offline commands need none. */
export async function connect(options: GlobalOptions, world: World): Promise<Client> {
  return clientOf(await settingsOf(options, world), world);
}

/** The registry of these settings, called as the one whom they name. */
export async function clientOf(settings: Settings, { env }: Pick<World, 'env'>): Promise<Client> {
  const [{ registryClient }, credentials] = await Promise.all([
    import('../shared/http/client.ts'),
    credentialsOf(settings, env),
  ]);
  const { endpoint, region, tenant } = settings;
  return registryClient({ endpoint, region, credentials, tenant });
}
