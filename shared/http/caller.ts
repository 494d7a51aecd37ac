import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Operation } from '../contract/operation.ts';
import { ModelName, TenantId } from '../domain/names.ts';
import type { Actor } from '../domain/principal.ts';
import { type Grant, includes, type Role } from '../domain/role.ts';
import type { Member } from '../domain/tenant.ts';
import { Failure } from '../errors.ts';
import { headerOf } from './header.ts';
import type { Services } from './services.ts';

/** Whoever calls, in the tenant for which it calls. */
export interface Caller {
  readonly actor: Actor;
  readonly tenant: TenantId;
  readonly roles: readonly Grant[];
}

/** No tenant: for what is asked outside of any. It is not the id of one, and holds nothing but replies. */
const NONE = '' as TenantId;

/** Whoever signed the request, in the tenant for which it calls. */
export async function callerOf(
  { access }: Operation,
  actor: Actor,
  event: APIGatewayProxyEvent,
  { memberships, deploymentAdmins }: Services,
): Promise<Caller> {
  if (access === 'authenticated') return { actor, tenant: NONE, roles: [] };
  if (access === 'deployment-admin') {
    if (deploymentAdmins.has(actor.principal)) return { actor, tenant: NONE, roles: [] };
    throw new Failure('caller.forbidden', 'This is for the admins of the deployment alone.');
  }
  return memberOf(actor, headerOf(event, 'X-Signet-Tenant'), { memberships });
}

/**
 * Whoever calls, in the tenant that it chose: it is believed only where it is a member.
 * @throws Failure `tenant.not_found`, `tenant.ambiguous`, `caller.forbidden`
 */
export async function memberOf(
  actor: Actor,
  chosen: string | undefined,
  { memberships }: Pick<Services, 'memberships'>,
): Promise<Caller> {
  const { tenant, roles, person } = placeOf(await memberships(actor.principal), chosen);
  return { actor: { ...actor, ...(person !== undefined && { person }) }, tenant, roles };
}

/**
 * The place of a caller in the tenant that it chose, or in its only one.
 * A tenant that it does not belong to answers as one that is not there.
 */
function placeOf(memberships: readonly Member[], chosen: string | undefined): Member {
  if (chosen !== undefined) {
    const member = memberships.find(({ tenant }) => tenant === chosen);
    if (member) return member;
    throw new Failure('tenant.not_found', `There is no tenant ${TenantId.safeParse(chosen).data ?? 'of this name'}.`);
  }
  const [member, other] = memberships;
  if (!member) throw new Failure('caller.forbidden', 'You are not a member of any tenant.');
  if (!other) return member;

  const tenants = memberships.map(({ tenant }) => tenant).join(', ');
  throw new Failure('tenant.ambiguous', `You belong to ${tenants}: choose one with the header X-Signet-Tenant.`);
}

/**
 * Refuses a caller without the roles that an operation asks for.
 * @throws Failure `caller.forbidden`
 */
export function authorise(
  { access }: Pick<Operation, 'access'>,
  { roles }: Caller,
  input: Readonly<Record<string, unknown>>,
): void {
  if (typeof access === 'string') return;
  if (access.anywhere) {
    if (roles.length > 0) return;
    throw new Failure('caller.forbidden', 'This needs a role on any model.');
  }
  const model = modelIn(input, 'model');
  requireRole(roles, access.roles, model);
  const { also } = access;
  if (!also) return;
  if ('on' in also) requireRole(roles, access.roles, modelIn(input, also.on));
  else if (input[also.where] === true) requireRole(roles, also.roles, model);
}

const modelIn = (input: Readonly<Record<string, unknown>>, field: string): ModelName | undefined =>
  ModelName.safeParse(input[field]).data;

/** @throws Failure `caller.forbidden` when none of the roles is held on the model or, without one, on the tenant */
function requireRole(held: readonly Grant[], roles: readonly Role[], model?: ModelName): void {
  if (includes(held, roles, model)) return;
  const where = model === undefined ? 'all models (*)' : `the model ${model}`;
  throw new Failure('caller.forbidden', `This needs the role ${roles.join(' or ')} on ${where}.`);
}
