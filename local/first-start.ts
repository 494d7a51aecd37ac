import { TenantId } from '../shared/domain/names.ts';
import type { Role } from '../shared/domain/role.ts';
import { Problem, registryClient } from '../shared/http/client.ts';
import type { Store } from '../shared/store/store.ts';
import { type Credentials, newCredential } from './principals.ts';
import type { Credential } from './sigv4.ts';

/** Each tenant's people come from an AWS account of their own. */
const ACCOUNTS = { acme: '000000000001', globex: '000000000002' } as const;

/** Who there is before anybody is invited, each with one role on `*`. `admin` looks after the deployment as well. */
const PRINCIPALS = {
  admin: { tenant: 'acme', role: 'admin' },
  publisher: { tenant: 'acme', role: 'publisher' },
  reviewer: { tenant: 'acme', role: 'reviewer' },
  releaser: { tenant: 'acme', role: 'releaser' },
  reader: { tenant: 'acme', role: 'reader' },
  'globex-admin': { tenant: 'globex', role: 'admin' },
} as const satisfies Record<string, { readonly tenant: keyof typeof ACCOUNTS; readonly role: Role }>;

type Name = keyof typeof PRINCIPALS;

const everyone = Object.entries(PRINCIPALS) as [Name, (typeof PRINCIPALS)[Name]][];

/** The ARN of the principal that looks after the deployment. */
export const DEPLOYMENT_ADMIN = `arn:aws:iam::${ACCOUNTS.acme}:user/admin`;

/** New keys of the principal that looks after the deployment. */
export const founderCredential = (): Credential => newCredential('admin', ACCOUNTS.acme);

/** New keys for the ready-made principals. */
export const firstCredentials = (): Credentials =>
  Object.fromEntries(everyone.map(([name, { tenant }]) => [name, newCredential(name, ACCOUNTS[tenant])]));

/** Whether a table has the ready-made tenants, all of them: this one is made last. */
export const tenantsAreIn = async (store: Store): Promise<boolean> =>
  (await store.tenant(TenantId.parse('globex'))) !== undefined;

/** Where a registry answers. */
export interface Where {
  readonly endpoint: string;
  readonly region: string;
}

/**
 * Makes the ready-made tenants as any caller would, with those members that there are keys for. It goes on where an
 * earlier start was interrupted; what is another's by the same name stays as it is.
 */
export async function makeTenants(where: Where, founder: Credential, credentials: Credentials): Promise<void> {
  const tenant = 'acme';
  const client = registryClient({ ...where, credentials: founder, tenant });
  const { tenants } = await registryClient({ ...where, credentials: founder }).whoAmI({});
  if (!tenants.some((one) => one.tenant === tenant)) await client.createTenant({ tenant }).catch(unlessTaken);

  for (const [name, { role }] of everyone.filter(([, principal]) => principal.tenant === tenant)) {
    const principal = credentials[name]?.arn;
    if (principal) await client.putMember({ principal, roles: [{ role }] }).catch(unlessTaken);
  }
  const admin = credentials['globex-admin']?.arn ?? newCredential('globex-admin', ACCOUNTS.globex).arn;
  await client.createTenant({ tenant: 'globex', admin }).catch(unlessTaken);
}

function unlessTaken(error: unknown): void {
  const codes = ['tenant.exists', 'tenant.not_found', 'caller.forbidden', 'member.last_admin'];
  if (!(error instanceof Problem && codes.includes(error.code))) throw error;
}
