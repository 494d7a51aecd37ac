import type { Client } from '../shared/http/client.ts';
import { credentialsOf } from './credentials.ts';
import { type GlobalOptions, type Settings, settingsOf } from './settings.ts';
import type { World } from './world.ts';

/** The registry that the options, the environment or the profile name. Loaded late: `--help` and offline commands need none. */
export async function connect(options: GlobalOptions, world: World): Promise<Client> {
  return clientOf(await settingsOf(options, world), world);
}

/**
 * Asks an embedded registry for what is no operation, since no other registry has it.
 * @throws {Problem} what it answers in place of that
 */
export async function askEmbedded(options: GlobalOptions, world: World, path: string, input: object): Promise<unknown> {
  const settings = await settingsOf(options, world);
  const [{ Problem }, { apiSigner }, credentials] = await Promise.all([
    import('../shared/http/client.ts'),
    import('../shared/http/signer.ts'),
    credentialsOf(settings, world.env),
  ]);
  const { protocol, hostname, host, origin } = new URL(settings.endpoint);
  const body = JSON.stringify(input);
  const headers = { host, 'content-type': 'application/json' };
  const request = { method: 'POST', protocol, hostname, path, headers, query: {}, body };
  const { headers: signed } = await apiSigner(settings.region, credentials).sign(request);
  const { host: _, ...others } = signed;
  const response = await fetch(`${origin}${path}`, { method: 'POST', headers: others, body });
  const answer: unknown = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, answer as object);
  return answer;
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
