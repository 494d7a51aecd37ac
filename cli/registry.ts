import type { Client, ClientOptions } from '../shared/http/client.ts';
import type { Credentials } from '../shared/http/signer.ts';
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
  const [{ registryClient }, credentials] = await loaded(settings, env);
  return registryClient(called(settings, credentials));
}

/** The same for whoever speaks another protocol to it than that of operations. */
export async function connectRaw(options: GlobalOptions, world: World) {
  const settings = await settingsOf(options, world);
  const [{ signedSender }, credentials] = await loaded(settings, world.env);
  return signedSender(called(settings, credentials));
}

const loaded = (settings: Settings, env: World['env']) =>
  Promise.all([import('../shared/http/client.ts'), credentialsOf(settings, env)]);

const called = ({ endpoint, region, tenant }: Settings, credentials: Credentials): ClientOptions => ({
  endpoint,
  region,
  credentials,
  tenant,
});
