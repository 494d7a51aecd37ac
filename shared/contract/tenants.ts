import * as z from 'zod/mini';
import { line, ModelName, TenantId } from '../domain/names.ts';
import { PolicyDocument } from '../domain/policy-document.ts';
import { Actor, NewPerson, Principal, principalFrom } from '../domain/principal.ts';
import { Grant } from '../domain/role.ts';
import * as examples from './examples.ts';
import { type Operations, page, paging } from './operation.ts';
import { MemberView, PolicyView, TenantView } from './views.ts';

/** A principal as a person writes it: in the normal form, or as an IAM ARN. */
const PrincipalInput = z.pipe(z.pipe(z.string(), z.transform(principalFrom)), Principal);

export const tenantOperations = {
  createTenant: {
    method: 'POST',
    path: '/v1/tenants',
    summary: 'Create a tenant with its first admin',
    access: 'deployment-admin',
    input: z.strictObject({
      tenant: TenantId,
      name: z.optional(line(250)),
      /** Whoever calls, unless told. */
      admin: z.optional(PrincipalInput),
    }),
    output: TenantView,
    status: 201,
    failures: ['tenant.exists'],
    needs: ['table:read', 'table:write', 'members:write'],
    example: { input: { tenant: 'acme', name: 'Acme Bank', admin: examples.ANN }, output: examples.tenant },
  },
  getTenant: {
    method: 'GET',
    path: '/v1/tenant',
    summary: 'Show the tenant',
    access: { roles: ['reader'], anywhere: true },
    input: z.strictObject({}),
    output: TenantView,
    status: 200,
    failures: [],
    needs: ['table:read'],
    example: { input: {}, output: examples.tenant },
  },
  putMember: {
    method: 'PUT',
    path: '/v1/members',
    summary: 'Give a principal these roles and no others',
    access: { roles: ['admin'] },
    input: z.strictObject({
      principal: PrincipalInput,
      roles: z
        .array(Grant)
        .check(z.minLength(1, 'expected at least one role'), z.maxLength(50, 'expected at most 50 roles')),
      /** Who this is: one human counts once, under however many principals. Left out, it is nobody's. */
      person: z.optional(NewPerson),
    }),
    output: MemberView,
    status: 200,
    failures: ['member.last_admin'],
    needs: ['table:read', 'table:write', 'members:write'],
    example: {
      input: { principal: examples.ROLE, roles: [{ role: 'publisher', models: 'fraud-*' }] },
      output: examples.member,
    },
  },
  removeMember: {
    method: 'DELETE',
    path: '/v1/members',
    summary: 'Take a principal out of the tenant',
    access: { roles: ['admin'] },
    input: z.strictObject({ principal: PrincipalInput }),
    output: MemberView,
    status: 200,
    failures: ['member.not_found', 'member.last_admin'],
    needs: ['table:read', 'table:write', 'members:remove'],
    example: { input: { principal: examples.ROLE }, output: examples.member },
  },
  listMembers: {
    method: 'GET',
    path: '/v1/members',
    summary: 'List the members of the tenant',
    access: { roles: ['reader'], anywhere: true },
    input: z.strictObject({ ...paging }),
    output: page(MemberView),
    status: 200,
    failures: ['cursor.invalid'],
    needs: ['table:read'],
    example: { input: { limit: 20 }, output: { items: [examples.member] } },
  },
  whoAmI: {
    method: 'GET',
    path: '/v1/whoami',
    summary: 'Show who calls, and the tenants and roles it has',
    access: 'authenticated',
    input: z.strictObject({}),
    output: z.object({
      ...Actor.shape,
      deploymentAdmin: z.boolean(),
      tenants: z.array(z.object({ tenant: TenantId, roles: z.array(Grant) })),
    }),
    status: 200,
    failures: [],
    needs: ['members:read'],
    example: {
      input: {},
      output: {
        principal: examples.ROLE,
        session: 'build-118',
        deploymentAdmin: false,
        tenants: [{ tenant: 'acme', roles: examples.member.roles }],
      },
    },
  },
  getPolicy: {
    method: 'GET',
    path: '/v1/policy',
    summary: 'Show the policy of the tenant, or of one model, and what is in force',
    access: { roles: ['reader'] },
    input: z.strictObject({ model: z.optional(ModelName) }),
    output: PolicyView,
    status: 200,
    failures: ['model.not_found'],
    needs: ['table:read'],
    example: { input: {}, output: examples.policy },
  },
  putPolicy: {
    method: 'PUT',
    path: '/v1/policy',
    summary: 'Put the policy of the tenant, or of one model',
    access: { roles: ['admin'] },
    input: z.strictObject({ model: z.optional(ModelName), policy: PolicyDocument }),
    output: PolicyView,
    status: 200,
    failures: ['model.not_found', 'policy.conflict'],
    needs: ['table:read', 'table:write'],
    example: { input: { policy: examples.policy.policy }, output: examples.policy },
  },
} as const satisfies Operations;
