import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { type Change, momentOf, type Occasion } from './change.ts';
import { newLog } from './checkpoint.ts';
import { GENESIS } from './event.ts';
import { InForce } from './hold.ts';
import { line, Revision, Sha256, TenantId, Timestamp } from './names.ts';
import { calledAlike } from './people.ts';
import { Person, Principal } from './principal.ts';
import { Grant } from './role.ts';

/** An organisation unit whose data nobody else can see. It carries the chain of what concerns no single model. */
export const Tenant = z.object({
  kind: z.literal('tenant'),
  id: TenantId,
  name: line(250),
  /** How many members are admins of `*`: never none. */
  admins: z.int(),
  /** The legal holds that are in force. */
  holds: z._default(z.array(InForce), []),
  /** How often it was changed who a member is: votes that were cast before are void. */
  peopleRevision: z._default(z.int(), 0),
  seq: z.int(),
  headHash: Sha256,
  lastAt: Timestamp,
  createdAt: Timestamp,
  revision: Revision,
});
export type Tenant = z.output<typeof Tenant>;

/** A principal's place in a tenant. */
export const Member = z.object({
  kind: z.literal('member'),
  tenant: TenantId,
  principal: Principal,
  roles: z.array(Grant),
  /** Who this is, so that nobody counts twice under two principals. */
  person: z.optional(Person),
  addedAt: Timestamp,
  addedBy: Principal,
  revision: Revision,
});
export type Member = z.output<typeof Member>;

const isAdmin = (roles: readonly Grant[]): boolean =>
  roles.some(({ role, models }) => role === 'admin' && models === '*');

/**
 * A new tenant with its first admin. `existing` is the one that has its id already.
 * @throws Failure `tenant.exists`
 */
export function createTenant(
  existing: Tenant | undefined,
  input: { readonly tenant: TenantId; readonly name: string; readonly admin: Principal },
  { actor, now }: Occasion,
): Change<Tenant> {
  if (existing) throw new Failure('tenant.exists', `There is a tenant ${existing.id} already.`);

  const at = now.toISOString();
  const tenant: Tenant = {
    kind: 'tenant',
    id: input.tenant,
    name: input.name,
    admins: 1,
    holds: [],
    peopleRevision: 0,
    seq: 0,
    headHash: GENESIS,
    lastAt: at,
    createdAt: at,
    revision: 1,
  };
  const admin: Member = {
    kind: 'member',
    tenant: input.tenant,
    principal: input.admin,
    roles: [{ role: 'admin', models: '*' }],
    addedAt: at,
    addedBy: actor.principal,
    revision: 1,
  };
  return {
    result: tenant,
    head: { create: tenant },
    writes: [{ create: admin }, { create: newLog(input.tenant, at) }],
    event: { type: 'tenant.created', actor, data: { name: input.name, admin: input.admin } },
  };
}

/** Gives a principal these roles and no others, whether it was a member before or not. */
export function putMember(
  tenant: Tenant,
  before: Member | undefined,
  input: { readonly principal: Principal; readonly roles: readonly Grant[]; readonly person?: string | undefined },
  occasion: Occasion,
): Change<Member> {
  const { principal, roles, person } = input;
  const admins = tenant.admins - Number(isAdmin(before?.roles ?? [])) + Number(isAdmin(roles));
  keepAnAdmin(admins, principal);

  const { actor } = occasion;
  const at = momentOf(tenant, occasion);
  const { addedAt, addedBy } = before ?? { addedAt: at, addedBy: actor.principal };
  const isSomeoneElse = before !== undefined && calledAlike(before.person) !== calledAlike(person);
  const peopleRevision = tenant.peopleRevision + Number(isSomeoneElse);
  const said = { roles: [...roles], ...(person !== undefined && { person }) };
  const member: Member = {
    kind: 'member',
    tenant: tenant.id,
    principal,
    ...said,
    addedAt,
    addedBy,
    revision: (before?.revision ?? 0) + 1,
  };
  return {
    result: member,
    head: { replace: { ...tenant, admins, peopleRevision, lastAt: at, revision: tenant.revision + 1 } },
    writes: [before ? { replace: member } : { create: member }],
    event: { type: 'member.put', actor, data: { principal, ...said } },
  };
}

/**
 * Takes a principal out of the tenant.
 * @throws Failure `member.not_found`, `member.last_admin`
 */
export function removeMember(
  tenant: Tenant,
  member: Member | undefined,
  principal: Principal,
  occasion: Occasion,
): Change<Member> {
  if (!member) throw new Failure('member.not_found', `${principal} is not a member.`);

  const admins = tenant.admins - Number(isAdmin(member.roles));
  keepAnAdmin(admins, principal);

  const { actor } = occasion;
  return {
    result: member,
    head: { replace: { ...tenant, admins, lastAt: momentOf(tenant, occasion), revision: tenant.revision + 1 } },
    writes: [{ remove: member }],
    event: { type: 'member.removed', actor, data: { principal } },
  };
}

/** Without an admin nobody could ever change anything of a tenant again. */
function keepAnAdmin(admins: number, principal: Principal): void {
  if (admins > 0) return;
  throw new Failure('member.last_admin', `${principal} is the last admin of the whole tenant.`);
}
