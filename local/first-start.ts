import { TenantId } from '../shared/domain/names.ts';
import type { Role } from '../shared/domain/role.ts';
import { Problem, registryClient } from '../shared/http/client.ts';
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

/** A tenant that is there once the first start is over. */
export const READY_MADE_TENANT = TenantId.parse('acme');

/** Whether these have keys for each of the ready-made principals. */
export const isEverybody = (credentials: Credentials): credentials is Readonly<Record<Name, Credential>> =>
  everyone.every(([name]) => credentials[name] !== undefined);

/** New keys for the ready-made principals. */
export const firstCredentials = () =>
  Object.fromEntries(everyone.map(([name, { tenant }]) => [name, newCredential(name, ACCOUNTS[tenant])])) as Record<
    Name,
    Credential
  >;

/**
 * Makes the ready-made tenants with their members, as any caller would. Where they are already, and `admin` is no admin
 * of them any more, they stay as they are.
 */
export async function makeTenants(
  { endpoint, region }: { readonly endpoint: string; readonly region: string },
  credentials: Readonly<Record<Name, Credential>>,
): Promise<void> {
  const tenant = 'acme';
  const admin = registryClient({ endpoint, region, credentials: credentials.admin, tenant });
  await admin.createTenant({ tenant }).catch(unlessTaken);
  await admin.createTenant({ tenant: 'globex', admin: credentials['globex-admin'].arn }).catch(unlessTaken);

  for (const [name, { role }] of everyone.filter(([, principal]) => principal.tenant === tenant)) {
    await admin.putMember({ principal: credentials[name].arn, roles: [{ role }] }).catch(unlessTaken);
  }
}

function unlessTaken(error: unknown): void {
  const codes = ['tenant.exists', 'tenant.not_found', 'caller.forbidden', 'member.last_admin'];
  if (!(error instanceof Problem && codes.includes(error.code))) throw error;
}
