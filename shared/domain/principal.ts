import * as z from 'zod/mini';
import { inNfc, line } from './names.ts';

/**
 * One identity, however its ARN arrives: `aws:111122223333:role/Deployer` is the same
 * principal from every session and under every path.
 *
 * | identity                | principal                                |
 * | ----------------------- | ---------------------------------------- |
 * | user                    | `aws:<account>:user/<Name>`              |
 * | role, assumed role      | `aws:<account>:role/<Role>`              |
 * | IAM Identity Center     | `aws:<account>:sso/<user name>`          |
 * | federated user          | `aws:<account>:federated-user/<Name>`    |
 * | the account itself      | `aws:<account>:root`                     |
 * | a token of an issuer that the deployment trusts | `oidc:<issuer>:<subject>` |
 */
export const Principal = z
  .string()
  .check(
    z.maxLength(256, 'expected at most 256 characters'),
    z.regex(
      /^(aws[a-z-]*:\d{12}:(root|(user|role|sso|federated-user)\/[\w+=,.@-]+)|oidc:[a-z0-9-]{1,32}:[\w+=,.@/-]+)$/,
      'expected a principal such as aws:111122223333:role/Deployer, or an IAM ARN',
    ),
  )
  .brand<'Principal'>();
export type Principal = z.output<typeof Principal>;

/** The registry itself, as the reaction that acts: nobody can sign as one, and no member can be one. */
const Self = z
  .string()
  .check(z.regex(/^signet:[a-z-]+$/))
  .brand<'Principal'>();

/** One human being, under however many principals: what an admin calls them, such as the number of an employee. */
export const Person = line(100);

/** What somebody may be called from now on. It is compared, so that nothing may be in it that nobody sees. */
export const NewPerson = Person.check(
  inNfc,
  z.refine((person: string) => person === person.trim(), 'expected no space at the beginning or end'),
  z.refine(
    (person: string) => !/\p{Default_Ignorable_Code_Point}/u.test(person),
    'expected no characters that are not seen',
  ),
);

/**
 * Whoever called: the principal, the session in which a role was assumed (a person, a pipeline run), and which human it
 * is where the tenant says so.
 */
export const Actor = z.object({
  principal: z.union([Principal, Self]),
  session: z.optional(z.string()),
  person: z.optional(Person),
  /** What proved it, where it was no signature of AWS: `token 01JNF4YVQ4R9S8T7V6W5X4Y3Z5`. */
  provenBy: z.optional(z.string()),
});
export type Actor = z.output<typeof Actor>;

/** Who acts where nobody asked: the registry, as one of its reactions. */
export const selfAs = (reaction: string): Actor => ({ principal: Self.parse(`signet:${reaction}`) });

/**
 * The identity behind an IAM or STS ARN, or `undefined` where the ARN is neither.
 * Identity Center names its roles `AWSReservedSSO_<permission set>_<random>` and the session after the person:
 * there the person is the principal, whatever the permission set.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function identityOf(arn: string): Actor | undefined {
  const [, partition, service, account, resource] = /^arn:(aws[a-z-]*):(iam|sts)::(\d{12}):(.+)$/.exec(arn) ?? [];
  if (!partition || !service || !account || !resource) return undefined;

  const found = service === 'iam' ? ofIam(resource) : ofSts(resource);
  const principal = Principal.safeParse(`${partition}:${account}:${found?.name}`);
  if (!found || !principal.success) return undefined;
  return { principal: principal.data, ...(found.session !== undefined && { session: found.session }) };
}

type Named = { readonly name: string; readonly session?: string } | undefined;

/** The roles that Identity Center makes. Nobody is one: whoever assumes it is a person. */
const PERMISSION_SET = /^AWSReservedSSO_.+_[0-9a-f]{16}$/;

/** `user/division/team/Ann` and `role/service-role/Deployer`: the path is not part of the identity. */
function ofIam(resource: string): Named {
  if (resource === 'root') return { name: 'root' };
  const [kind, ...path] = resource.split('/');
  const name = path.at(-1);
  if (!name || (kind === 'role' && PERMISSION_SET.test(name))) return undefined;
  return kind === 'user' || kind === 'role' ? { name: `${kind}/${name}` } : undefined;
}

function ofSts(resource: string): Named {
  const [kind, name, session, ...rest] = resource.split('/');
  if (!name || rest.length > 0) return undefined;
  if (kind === 'federated-user' && session === undefined) return { name: `federated-user/${name}` };
  if (kind !== 'assumed-role' || !session) return undefined;
  if (PERMISSION_SET.test(name)) return { name: `sso/${session.toLowerCase()}`, session };
  return { name: `role/${name}`, session };
}

/** A principal as a person writes it: in the normal form, or as an ARN of it. Identity Center tells no case apart. */
export const principalFrom = (text: string): string =>
  identityOf(text)?.principal ?? text.replace(/(?<=^aws[a-z-]*:\d{12}):sso\/.+$/, (person) => person.toLowerCase());
