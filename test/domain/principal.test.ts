import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, Principal, principalFrom } from '../../shared/domain/principal.ts';

const permissionSet = 'AWSReservedSSO_ModelReviewer_b1405329054ac65e';

const identities: readonly [what: string, arn: string, principal: string, session?: string][] = [
  ['a user', 'arn:aws:iam::111122223333:user/Ann', 'aws:111122223333:user/Ann'],
  ['a user under a path', 'arn:aws:iam::111122223333:user/division_abc/team-1/Ann', 'aws:111122223333:user/Ann'],
  ['a user with every sign', 'arn:aws:iam::111122223333:user/a+b=c,d.e@f-g_h', 'aws:111122223333:user/a+b=c,d.e@f-g_h'],
  ['a role', 'arn:aws:iam::111122223333:role/Deployer', 'aws:111122223333:role/Deployer'],
  ['a role under a path', 'arn:aws:iam::111122223333:role/ci/prod/Deployer', 'aws:111122223333:role/Deployer'],
  ['a service role', 'arn:aws:iam::111122223333:role/service-role/Build', 'aws:111122223333:role/Build'],
  [
    'a service-linked role',
    'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
    'aws:111122223333:role/AWSServiceRoleForAutoScaling',
  ],
  [
    'an assumed role',
    'arn:aws:sts::111122223333:assumed-role/Deployer/github-run-42',
    'aws:111122223333:role/Deployer',
    'github-run-42',
  ],
  [
    'a role assumed by another role, whose session AWS names',
    'arn:aws:sts::111122223333:assumed-role/Deployer/botocore-session-1767225600',
    'aws:111122223333:role/Deployer',
    'botocore-session-1767225600',
  ],
  [
    'a Lambda in its role',
    'arn:aws:sts::111122223333:assumed-role/trainer-role-x1/trainer',
    'aws:111122223333:role/trainer-role-x1',
    'trainer',
  ],
  [
    'an instance in its role',
    'arn:aws:sts::111122223333:assumed-role/Trainer/i-0123456789abcdef0',
    'aws:111122223333:role/Trainer',
    'i-0123456789abcdef0',
  ],
  [
    'a role of another account',
    'arn:aws:sts::444455556666:assumed-role/Deployer/partner',
    'aws:444455556666:role/Deployer',
    'partner',
  ],
  [
    'a role that a Cognito identity assumed',
    'arn:aws:sts::111122223333:assumed-role/Cognito_AppAuth_Role/CognitoIdentityCredentials',
    'aws:111122223333:role/Cognito_AppAuth_Role',
    'CognitoIdentityCredentials',
  ],
  [
    'a person of Identity Center',
    `arn:aws:sts::111122223333:assumed-role/${permissionSet}/ann@example.com`,
    'aws:111122223333:sso/ann@example.com',
    'ann@example.com',
  ],
  [
    'the same person, written otherwise',
    `arn:aws:sts::111122223333:assumed-role/${permissionSet}/Ann@Example.COM`,
    'aws:111122223333:sso/ann@example.com',
    'Ann@Example.COM',
  ],
  [
    'the same person with another permission set',
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_Access_0011223344556677/ann@example.com',
    'aws:111122223333:sso/ann@example.com',
    'ann@example.com',
  ],
  [
    'a role that only begins like a permission set',
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Fake/ann@example.com',
    'aws:111122223333:role/AWSReservedSSO_Fake',
    'ann@example.com',
  ],
  ['a federated user', 'arn:aws:sts::111122223333:federated-user/Bob', 'aws:111122223333:federated-user/Bob'],
  ['the account itself', 'arn:aws:iam::111122223333:root', 'aws:111122223333:root'],
  ['a user in China', 'arn:aws-cn:iam::111122223333:user/Ann', 'aws-cn:111122223333:user/Ann'],
  [
    'an assumed role in GovCloud',
    'arn:aws-us-gov:sts::111122223333:assumed-role/Deployer/run',
    'aws-us-gov:111122223333:role/Deployer',
    'run',
  ],
];

const strangers: readonly [what: string, arn: string][] = [
  ['nothing', ''],
  ['a word', 'Ann'],
  ['a principal already', 'aws:111122223333:user/Ann'],
  ['a user without a name', 'arn:aws:iam::111122223333:user/'],
  ['a user under a path without a name', 'arn:aws:iam::111122223333:user/team/'],
  ['a role without a name', 'arn:aws:iam::111122223333:role/'],
  ['an assumed role without a session', 'arn:aws:sts::111122223333:assumed-role/Deployer'],
  ['an assumed role with an empty session', 'arn:aws:sts::111122223333:assumed-role/Deployer/'],
  ['an assumed role with a slash too many', 'arn:aws:sts::111122223333:assumed-role/Deployer/run/1'],
  ['a federated user with a slash too many', 'arn:aws:sts::111122223333:federated-user/Bob/1'],
  [
    'a role of Identity Center, which nobody is',
    `arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/${permissionSet}`,
  ],
  ['a user of STS', 'arn:aws:sts::111122223333:user/Ann'],
  ['an assumed role of IAM', 'arn:aws:iam::111122223333:assumed-role/Deployer/run'],
  ['a group', 'arn:aws:iam::111122223333:group/Reviewers'],
  ['a policy of AWS', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
  ['a SAML provider', 'arn:aws:iam::111122223333:saml-provider/Okta'],
  ['a multi-factor device', 'arn:aws:iam::111122223333:mfa/Ann'],
  ['an account number that is too short', 'arn:aws:iam::11112222333:user/Ann'],
  ['an account number that is none', 'arn:aws:iam::11112222333x:user/Ann'],
  ['no account', 'arn:aws:iam:::user/Ann'],
  ['a region where none belongs', 'arn:aws:iam:eu-west-1:111122223333:user/Ann'],
  ['another partition than those of AWS', 'arn:gcp:iam::111122223333:user/Ann'],
  ['another service', 'arn:aws:s3:::bucket/user/Ann'],
  ['a name with a space', 'arn:aws:iam::111122223333:user/Ann Smith'],
  ['a name with a wildcard', 'arn:aws:iam::111122223333:role/*'],
  ['a name with a colon', 'arn:aws:iam::111122223333:user/a:b'],
  ['a name with a line feed', 'arn:aws:iam::111122223333:user/Ann\n'],
  ['something before the ARN', ' arn:aws:iam::111122223333:user/Ann'],
];

describe('the identity behind an ARN', () => {
  it.each(identities)('of %s is one principal', (_, arn, principal, session) => {
    expect(identityOf(arn)).toEqual({ principal, ...(session !== undefined && { session }) });
  });

  it.each(strangers)('of %s is unknown', (_, arn) => {
    expect(identityOf(arn)).toBeUndefined();
  });

  it('is never shared by two accounts, partitions or kinds of the same name', () => {
    const resources = [
      'iam::ACCOUNT:user/same',
      'iam::ACCOUNT:role/same',
      'iam::ACCOUNT:root',
      'sts::ACCOUNT:federated-user/same',
      `sts::ACCOUNT:assumed-role/${permissionSet}/same`,
    ];
    const arns = ['aws', 'aws-cn'].flatMap((partition) =>
      ['111122223333', '444455556666'].flatMap((account) =>
        resources.map((resource) => `arn:${partition}:${resource.replace('ACCOUNT', account)}`),
      ),
    );

    expect(new Set(arns.map((arn) => identityOf(arn)?.principal ?? '')).size).toBe(20);
  });

  it('is a principal or nothing, whatever the text', () => {
    const part = fc.constantFrom(
      'arn',
      'aws',
      'iam',
      'sts',
      '',
      '111122223333',
      'user',
      'role',
      'assumed-role',
      'root',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(part, fc.string()), { maxLength: 9 }).map((all) => all.join(':')),
    );

    fc.assert(
      fc.property(text, (arn) => {
        const found = identityOf(arn);
        expect(found === undefined || Principal.safeParse(found.principal).success).toBe(true);
      }),
    );
  });
});

describe('a principal that a person writes', () => {
  it.each([
    ['aws:111122223333:role/Deployer', 'aws:111122223333:role/Deployer'],
    ['arn:aws:iam::111122223333:role/ci/Deployer', 'aws:111122223333:role/Deployer'],
    ['arn:aws:sts::111122223333:assumed-role/Deployer/run', 'aws:111122223333:role/Deployer'],
    ['aws:111122223333:sso/Ann@Example.com', 'aws:111122223333:sso/ann@example.com'],
    ['aws:111122223333:user/Ann', 'aws:111122223333:user/Ann'],
  ])('as %s is %s', (text, principal) => {
    expect(Principal.parse(principalFrom(text))).toBe(principal);
  });

  it.each([
    'Ann',
    '*',
    'aws:111122223333:user/*',
    'aws:111122223333:group/Reviewers',
    'aws:1111:user/Ann',
    'aws:111122223333:root/Ann',
    'aws:111122223333:user/',
    `aws:111122223333:user/${'x'.repeat(250)}`,
    `arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/${permissionSet}`,
  ])('as %s is refused', (text) => {
    expect(Principal.safeParse(principalFrom(text)).success).toBe(false);
  });
});
