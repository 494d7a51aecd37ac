import { describe, expect, it } from 'vitest';
import { type Caller, type Statement, type Verdict, verdictOn } from './policy-evaluation.ts';

const OWN = '111122223333';
const FOREIGN = '999900001111';
const TABLE = `arn:aws:dynamodb:eu-central-1:${OWN}:table/registry`;

const allow: Statement = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE };
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
const policy = (...Statement: Statement[]) => ({ Statement });
/** A variable of the policy language. */
const variable = (name: string) => `\${${name}}`;
const asked = { caller: { account: OWN }, owner: OWN, action: 'dynamodb:GetItem', resource: TABLE };

describe('whose word counts', () => {
  it.each<[string, Caller, Statement[], Statement[], Verdict]>([
    ['no statement allows nothing', { account: OWN }, [], [], 'not allowed'],
    ['a policy of the caller is enough in its own account', { account: OWN }, [allow], [], 'allowed'],
    ['so is one of the resource that names everyone', { account: OWN }, [], [{ ...allow, Principal: '*' }], 'allowed'],
    ['one that names the account is not', { account: OWN }, [], [{ ...allow, Principal: root(OWN) }], 'not allowed'],
    ['a foreign account needs both: the caller alone', { account: FOREIGN }, [allow], [], 'not allowed'],
    [
      'a foreign account needs both: the resource alone',
      { account: FOREIGN },
      [],
      [{ ...allow, Principal: '*' }],
      'not allowed',
    ],
    [
      'a foreign account needs both',
      { account: FOREIGN },
      [allow],
      [{ ...allow, Principal: root(FOREIGN) }],
      'allowed',
    ],
    ['a denial outweighs what is allowed', { account: OWN }, [allow, { ...allow, Effect: 'Deny' }], [], 'denied'],
    [
      'a denial of the resource outweighs it too',
      { account: OWN },
      [allow],
      [{ ...allow, Effect: 'Deny', Principal: '*' }],
      'denied',
    ],
    [
      'a denial of somebody else does not',
      { account: OWN },
      [allow],
      [{ ...allow, Effect: 'Deny', Principal: root(FOREIGN) }],
      'allowed',
    ],
    ['who did not sign is everyone', 'anonymous', [], [{ ...allow, Principal: '*' }], 'allowed'],
    ['who did not sign is of no account', 'anonymous', [], [{ ...allow, Principal: root(OWN) }], 'not allowed'],
  ])('%s', (_, caller, identity, resource, verdict) => {
    expect(verdictOn({ ...asked, caller }, { identity: [policy(...identity)], resource: policy(...resource) })).toBe(
      verdict,
    );
  });

  it('of a key the policy of the caller counts only if that of the key lets the account in', () => {
    const Resource = `arn:aws:kms:eu-central-1:${OWN}:key/1`;
    const statement: Statement = { Effect: 'Allow', Action: 'kms:GenerateMac', Resource };
    const request = { ...asked, action: 'kms:GenerateMac', resource: Resource };
    const identity = [policy(statement)];

    expect(verdictOn(request, { identity })).toBe('not allowed');
    expect(verdictOn(request, { identity, resource: policy({ ...statement, Principal: root(OWN) }) })).toBe('allowed');
  });
});

describe('what a statement is about', () => {
  it.each<[string, string, string, boolean]>([
    ['dynamodb:GetItem', TABLE, 'the same', true],
    ['DynamoDB:getitem', TABLE, 'actions in any case', true],
    ['dynamodb:Get*', TABLE, 'a wildcard', true],
    ['dynamodb:GetIte?', TABLE, 'a wildcard for one', true],
    ['dynamodb:Get', TABLE, 'the beginning of an action', false],
    ['*', '*', 'everything', true],
    ['dynamodb:GetItem', `${TABLE}2`, 'another table', false],
    ['dynamodb:GetItem', TABLE.toUpperCase(), 'resources in another case', false],
    ['dynamodb:GetItem', `arn:aws:dynamodb:*:${OWN}:table/*`, 'wildcards in parts of an ARN', true],
    ['dynamodb:GetItem', 'arn:aws:dynamodb:*:table/registry', 'a wildcard over two parts of an ARN', false],
    ['dynamodb:GetItem', `arn:aws:dynamodb:eu.central-1:${OWN}:table/registry`, 'a dot for another character', false],
    ['dynamodb:GetItem', TABLE.replace('registry', variable('aws:username')), 'a variable', true],
    [
      'dynamodb:GetItem',
      TABLE.replace('registry', variable('aws:userid')),
      'a variable that nothing is known of',
      false,
    ],
  ])('%s on %s: %s', (Action, Resource, _, isAllowed) => {
    const context = { 'aws:username': 'registry' };

    expect(verdictOn({ ...asked, context }, { identity: [policy({ ...allow, Action, Resource })] })).toBe(
      isAllowed ? 'allowed' : 'not allowed',
    );
  });
});

describe('a condition', () => {
  const KEYS = 'dynamodb:LeadingKeys';
  const OF_TENANT = { 'ForAllValues:StringLike': { [KEYS]: `T#${variable('aws:PrincipalTag/tenant')}#*` } };
  const IS_TOLD = { Null: { [KEYS]: 'false' } };
  const tenant = { 'aws:PrincipalTag/tenant': 'acme' };

  it.each<[string, NonNullable<Statement['Condition']>, Readonly<Record<string, string | readonly string[]>>, boolean]>(
    [
      [
        'holds for an equal value',
        { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
        { 'aws:PrincipalOrgID': 'o-1' },
        true,
      ],
      [
        'knows keys in any case',
        { StringEquals: { 'AWS:principalorgid': 'o-1' } },
        { 'aws:PrincipalOrgID': 'o-1' },
        true,
      ],
      [
        'holds for one of several',
        { StringEquals: { 'aws:PrincipalOrgID': ['o-1', 'o-2'] } },
        { 'aws:PrincipalOrgID': 'o-2' },
        true,
      ],
      [
        'has no wildcards in equal',
        { StringEquals: { 'aws:PrincipalOrgID': 'o-*' } },
        { 'aws:PrincipalOrgID': 'o-1' },
        false,
      ],
      ['fails on what is not told', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, {}, false],
      ['holds on what is not told if negated', { StringNotEquals: { 'aws:PrincipalAccount': OWN } }, {}, true],
      [
        'fails on an equal value if negated',
        { StringNotEquals: { 'aws:PrincipalAccount': OWN } },
        { 'aws:PrincipalAccount': OWN },
        false,
      ],
      [
        'needs each of its keys',
        { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
        { 'aws:SecureTransport': 'true' },
        false,
      ],
      ['compares numbers as numbers', { NumericLessThan: { 's3:TlsVersion': 10 } }, { 's3:TlsVersion': '9' }, true],
      ['takes the bound as not less', { NumericLessThan: { 's3:TlsVersion': 1.2 } }, { 's3:TlsVersion': '1.2' }, false],
      [
        "for all values holds if each is the tenant's",
        OF_TENANT,
        { ...tenant, [KEYS]: ['T#acme#MODELS', 'T#acme#I'] },
        true,
      ],
      [
        'for all values fails if one is not',
        OF_TENANT,
        { ...tenant, [KEYS]: ['T#acme#MODELS', 'T#other#MODELS'] },
        false,
      ],
      ['for all values knows a tenant by its whole name', OF_TENANT, { ...tenant, [KEYS]: ['T#acme2#MODELS'] }, false],
      ['for all values holds when there are none', OF_TENANT, tenant, true],
      ['that they be told closes that gap', { ...OF_TENANT, ...IS_TOLD }, tenant, false],
    ],
  )('%s', (_, Condition, context, isAllowed) => {
    expect(verdictOn({ ...asked, context }, { identity: [policy({ ...allow, Condition })] })).toBe(
      isAllowed ? 'allowed' : 'not allowed',
    );
  });
});

it.each<[string, object]>([
  ['an element', { NotAction: 'dynamodb:Scan' }],
  ['an operator', { Condition: { DateLessThan: { 'aws:CurrentTime': '2026-03-04' } } }],
  ['a principal', { Principal: { Federated: 'cognito-identity.amazonaws.com' } }],
])('%s that it does not know is not passed over', (_, part) => {
  const statement: Statement = { ...allow, Principal: '*', ...part };

  expect(() => verdictOn(asked, { resource: policy(statement) })).toThrow('This evaluator does not know');
});
