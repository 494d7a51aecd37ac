/**
 * What IAM says to a request, given the policies. It knows of the policy language what the template uses and little more:
 * whatever else it meets it throws at, so that nothing is passed over in silence.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function verdictOn(request: Request, { identity = [], resource }: Policies): Verdict {
  const ofIdentity = identity.flatMap(({ Statement }) => Statement).filter((one) => applies(one, request));
  const ofResource = (resource?.Statement ?? [])
    .filter((one) => applies(one, request))
    .map((one) => ({ ...one, names: whomItNames(one, request.caller) }))
    .filter(({ names }) => names !== 'others');
  if ([...ofIdentity, ...ofResource].some(({ Effect }) => Effect === 'Deny')) return 'denied';

  const isNamed = ofResource.some(({ names }) => names === 'the caller');
  return isAllowed(request, ofIdentity.length > 0, ofResource.length > 0, isNamed) ? 'allowed' : 'not allowed';
}

/** Two accounts have to agree. Within one either side will do, if the resource names more than the account. */
function isAllowed({ caller, action, owner }: Request, byIdentity: boolean, isLetIn: boolean, isNamed: boolean) {
  if (typeof caller === 'string' || 'service' in caller) return isNamed;
  const isOwn = caller.account === owner;
  if (isOwn && isNamed) return true;
  return byIdentity && (isLetIn || (isOwn && !HAS_THE_LAST_WORD.test(action)));
}

/** `denied` by a statement, or merely `not allowed` by any. */
export type Verdict = 'allowed' | 'not allowed' | 'denied';

export interface Request {
  readonly caller: Caller;
  readonly action: string;
  /** The ARN of what it is asked of, and the account that it belongs to. */
  readonly resource: string;
  readonly owner: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export type Caller = 'anonymous' | { readonly service: string } | { readonly account: string };

export interface Policies {
  /** Of the caller. */
  readonly identity?: readonly PolicyDocument[];
  /** Of what it is asked of. */
  readonly resource?: PolicyDocument;
}

export interface PolicyDocument {
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  /** A policy that lies on its resource may leave it out. */
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

type Values = string | number | boolean | readonly string[];

/** Policies of keys and the trust of roles: without them what the caller's own policies allow counts for nothing. */
const HAS_THE_LAST_WORD = /^(kms:|sts:AssumeRole$)/;

const KNOWN = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];

function applies(statement: Statement, { action, resource, context = {} }: Request): boolean {
  const unknown = Object.keys(statement).filter((element) => !KNOWN.includes(element));
  if (unknown.length > 0) throw new Error(`This evaluator does not know ${unknown.join(', ')}.`);

  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
  return (
    listed(statement.Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    listed(statement.Resource ?? '*').some((pattern) => isArnLike(withVariables(pattern, values), resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, expected]) =>
        holds(
          operator,
          values.get(key.toLowerCase()),
          listed(expected).map((one) => withVariables(one, values)),
        ),
      ),
    )
  );
}

/** An account that is named is let in, and says itself who of it may; what is named directly needs nothing more. */
function whomItNames({ Principal }: Statement, caller: Caller): 'the caller' | "the caller's account" | 'others' {
  if (Principal === undefined) throw new Error('A policy that lies on a resource has to name a principal.');
  const names = Object.entries(Principal === '*' ? { AWS: '*' } : Principal).flatMap(([kind, values]) =>
    listed(values).map((value) => nameOf(kind, value)),
  );
  if (names.includes('*')) return 'the caller';
  if (typeof caller === 'string') return 'others';
  if ('service' in caller) return names.includes(caller.service) ? 'the caller' : 'others';
  return names.includes(caller.account) ? "the caller's account" : 'others';
}

/** `*`, a service, or an account by its number. */
function nameOf(kind: string, name: string): string {
  if (kind === 'Service' || (kind === 'AWS' && name === '*')) return name;
  const account = kind === 'AWS' && /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
  if (!account) throw new Error(`This evaluator does not know the principal ${name} of ${kind}.`);
  return account;
}

type Compare = (actual: string, expected: string) => boolean;

const COMPARISONS: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringLike: (actual, expected) => like(expected, actual),
  ArnLike: (actual, expected) => isArnLike(expected, actual),
  ArnEquals: (actual, expected) => isArnLike(expected, actual),
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  NumericLessThan: (actual, expected) => Number(actual) < Number(expected),
};

/** A condition on what the request does not tell fails; but a negated one holds, and so does one for all values. */
function holds(operator: string, actual: readonly string[] | undefined, expected: readonly string[]): boolean {
  if (operator === 'Null') return expected.includes(String(actual === undefined));
  if (operator === 'StringNotEquals') return !holds('StringEquals', actual, expected);
  const compare = COMPARISONS[operator.replace(/^ForAllValues:/, '')];
  if (!compare) throw new Error(`This evaluator does not know the operator ${operator}.`);
  const isExpected = (value: string) => expected.some((one) => compare(value, one));
  return operator.startsWith('ForAllValues:') ? (actual ?? []).every(isExpected) : actual?.some(isExpected) === true;
}

const listed = (values: Values): readonly string[] => [values].flat().map(String);

/** `*` stands for any characters, also for none, and `?` for one. */
function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** A wildcard stays within its part of an ARN; the last part has colons and slashes of its own. */
function isArnLike(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const [patterns, parts] = [partsOf(pattern), partsOf(arn)];
  return patterns.length === parts.length && patterns.every((one, index) => like(one, parts[index] ?? ''));
}

function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** `${aws:PrincipalTag/tenant}` and the like. What the request does not tell leaves a text that nothing is called. */
const withVariables = (text: string, values: ReadonlyMap<string, readonly string[]>): string =>
  text.replace(/\$\{([^}]+)\}/g, (variable, key: string) => values.get(key.toLowerCase())?.[0] ?? variable);
