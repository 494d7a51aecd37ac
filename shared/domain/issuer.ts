import * as z from 'zod/mini';
import { TenantId } from './names.ts';
import { Principal } from './principal.ts';
import { fits, Grant } from './role.ts';

/** A name of a claim, and what its value has to be: `*` stands for any characters. */
const Claims = z
  .record(z.string().check(z.minLength(1)), z.string().check(z.minLength(1), z.maxLength(250)))
  .check(z.refine((claims: object) => Object.keys(claims).length > 0, 'expected at least one claim'));

/** Whom a token with these claims speaks for. */
const Rule = z.strictObject({
  claims: Claims,
  /** The last part of the principal; `{repository}` is the value of that claim. */
  subject: z
    .string()
    .check(z.minLength(1), z.maxLength(150), z.regex(/^[\w+=,.@/{}-]+$/, 'expected letters, digits and _+=,.@/-{}')),
  /** The most that it may do there; left out, all that the member may. */
  roles: z.optional(z.array(Grant)),
});

/** An address of keys: by https or, for a test on one machine, on this machine. */
const KeysUrl = z.string().check(
  z.maxLength(500),
  z.refine(
    (text: string) =>
      URL.canParse(text) && /^(https:\/\/[^@]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/[^@]*)$/.test(text),
    'expected a URL with https, without user and password',
  ),
);

/** Somebody else whose tokens are taken: GitHub for its Actions, an identity provider for people. */
export const Issuer = z.strictObject({
  /** What it is called in the principals that it proves: `oidc:github:…`. */
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'expected up to 32 of a-z, 0-9 and -')),
  /** The claim `iss` of its tokens, to the letter. */
  issuer: z.string().check(z.minLength(1), z.maxLength(500)),
  /** Where its public keys are: the `jwks_uri` of its discovery document. */
  keys: KeysUrl,
  /** The claim `aud` that says that a token is meant for this registry. */
  audience: z.string().check(z.minLength(1), z.maxLength(250)),
  /** The one tenant that its tokens open. */
  tenant: TenantId,
  /** The first whose claims a token has decides. A token that fits none is refused. */
  rules: z.array(Rule).check(z.minLength(1, 'expected at least one rule'), z.maxLength(50)),
});
export type Issuer = z.output<typeof Issuer>;

type Claimed = Readonly<Record<string, unknown>>;

/** Whom a token of an issuer speaks for, and how far, if a rule says so. The token is believed already. */
export function spokenFor(
  { name, rules }: Pick<Issuer, 'name' | 'rules'>,
  claimed: Claimed,
): { readonly principal: Principal; readonly roles?: readonly Grant[] } | undefined {
  const rule = rules.find(({ claims }) =>
    Object.entries(claims).every(([claim, wanted]) => has(claimed, claim, wanted)),
  );
  const subject = rule && filledIn(rule.subject, claimed);
  const principal = Principal.safeParse(`oidc:${name}:${subject}`).data;
  if (!rule || subject === undefined || principal === undefined) return undefined;
  return { principal, ...(rule.roles && { roles: rule.roles }) };
}

const textOf = (claimed: Claimed, claim: string): string | undefined => {
  const value = Object.hasOwn(claimed, claim) ? claimed[claim] : undefined;
  return typeof value === 'string' ? value : undefined;
};

function has(claimed: Claimed, claim: string, wanted: string): boolean {
  const value = textOf(claimed, claim);
  return value !== undefined && fits(wanted, value);
}

/** `undefined` where a claim is not there, or has something in it that no principal has. */
function filledIn(subject: string, claimed: Claimed): string | undefined {
  const values = [...subject.matchAll(/\{(\w+)\}/g)].map(([, claim = '']) => textOf(claimed, claim));
  if (!values.every((value) => value !== undefined && /^[\w+=,.@/-]+$/.test(value))) return undefined;
  return subject.replace(/\{(\w+)\}/g, () => values.shift() ?? '');
}
