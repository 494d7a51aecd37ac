import { describe, expect, it } from 'vitest';
import { constructId } from '../../infra/construct-id.ts';
import { isPaged, type Need, type Operation } from '../../shared/contract/operation.ts';
import { type OperationName, rows } from '../../shared/contract/operations.ts';
import { type Caller, type PolicyDocument, type Request, type Verdict, verdictOn } from './policy-evaluation.ts';
import { CONFIGURED, ORGANIZATION } from './production.ts';
import { arnOf, at, policiesOf, policyAt, template } from './production-template.ts';
import { OWN, resolved } from './resolved.ts';

const IN_ORGANIZATION = '333344445555';
const FOREIGN = '999900001111';

const TABLE = arnOf('Storage/Table');
const BUCKET = arnOf('Storage/Artifacts');
const KEY = arnOf('Api/CursorKey');
const API = arnOf('Api/Rest');

const allow = (action: string, resource: string): PolicyDocument => ({
  Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
});
const deny = (action: string, resource: string): PolicyDocument => ({
  Statement: [{ Effect: 'Deny', Action: action, Resource: resource }],
});

describe('who may call the API', () => {
  // API Gateway puts the API in front of what begins with its service.
  const resource: PolicyDocument = JSON.parse(
    JSON.stringify(policyAt('Api/Rest', 'Policy')).replaceAll('"execute-api:/', `"${API}/`),
  );
  const may = allow('execute-api:Invoke', `${API}/*`);
  const member = { 'aws:PrincipalOrgID': ORGANIZATION };
  const stranger = { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' };

  it.each<[string, Caller, PolicyDocument[], Verdict, Readonly<Record<string, string>>?]>([
    ['its own account, whose policies allow it', { account: OWN }, [may], 'allowed'],
    ['its own account, whose policies do not', { account: OWN }, [], 'not allowed'],
    ['its own account in the organization, whose policies do not', { account: OWN }, [], 'not allowed', member],
    ['its own account in the organization, whose policies allow it', { account: OWN }, [may], 'allowed', member],
    ['its own account, allowed another API', { account: OWN }, [allow('execute-api:*', `${API}2/*`)], 'not allowed'],
    ['its own account, allowed reading alone', { account: OWN }, [allow('*', `${API}/*/GET/*`)], 'not allowed'],
    ['its own account, denied', { account: OWN }, [may, deny('*', `${API}/*`)], 'denied'],
    ['a configured account, whose policies allow it', { account: CONFIGURED }, [may], 'allowed'],
    ['a configured account, whose policies do not', { account: CONFIGURED }, [], 'not allowed'],
    ['a configured account, denied', { account: CONFIGURED }, [may, deny('execute-api:*', '*')], 'denied'],
    ['a member of the organization, who is allowed', { account: IN_ORGANIZATION }, [may], 'allowed', member],
    ['a member of the organization, who is not', { account: IN_ORGANIZATION }, [], 'not allowed', member],
    ['the same account, having left the organization', { account: IN_ORGANIZATION }, [may], 'not allowed'],
    ['a member of another organization', { account: FOREIGN }, [may], 'not allowed', stranger],
    ['a foreign account', { account: FOREIGN }, [may], 'not allowed'],
    ['nobody in particular', 'anonymous', [], 'not allowed'],
    ['another service of AWS', { service: 'lambda.amazonaws.com' }, [], 'not allowed'],
  ])('%s', (_, caller, identity, verdict, context = {}) => {
    const account = typeof caller === 'object' && 'account' in caller ? { 'aws:PrincipalAccount': caller.account } : {};
    const request = { caller, owner: OWN, context: { ...account, ...context } };

    expect(
      verdictOn(
        { ...request, action: 'execute-api:Invoke', resource: `${API}/prod/POST/v1/models` },
        { identity, resource },
      ),
    ).toBe(verdict);
  });

  it('lets other accounts invoke, and manage nothing', () => {
    const identity = [allow('execute-api:*', '*')];
    const asked = { caller: { account: CONFIGURED }, owner: OWN, resource: `${API}/prod/GET/v1/models` };

    expect(verdictOn({ ...asked, action: 'execute-api:InvalidateCache' }, { identity, resource })).toBe('not allowed');
  });
});

const SECURE = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const OBJECT = `${BUCKET}/t/acme/objects/0a1b`;
const UPLOAD = `${BUCKET}/staged/acme/01JZ0000000000000000000000`;

describe('how the bucket may be reached', () => {
  const resource = policyAt('Storage/Artifacts/Policy', 'PolicyDocument');
  const role = [allow('s3:*', `${BUCKET}/*`), allow('s3:*', BUCKET)];

  it.each<[string, Caller, Partial<Request>, Verdict]>([
    ['by https with TLS 1.3', { account: OWN }, {}, 'allowed'],
    ['by https with TLS 1.2', { account: OWN }, { context: { ...SECURE, 's3:TlsVersion': '1.2' } }, 'allowed'],
    ['by https with TLS 1.1', { account: OWN }, { context: { ...SECURE, 's3:TlsVersion': '1.1' } }, 'denied'],
    ['by https with TLS 1.0', { account: OWN }, { context: { ...SECURE, 's3:TlsVersion': '1.0' } }, 'denied'],
    ['by http', { account: OWN }, { context: { 'aws:SecureTransport': 'false' } }, 'denied'],
    [
      'by http, for a list',
      { account: OWN },
      { action: 's3:ListBucket', resource: BUCKET, context: { 'aws:SecureTransport': 'false' } },
      'denied',
    ],
    ['by another account', { account: CONFIGURED }, {}, 'not allowed'],
    ['without a signature', 'anonymous', {}, 'not allowed'],
    ['without a signature, by http', 'anonymous', { context: { 'aws:SecureTransport': 'false' } }, 'denied'],
    ['by a service of AWS', { service: 'cloudtrail.amazonaws.com' }, { action: 's3:PutObject' }, 'not allowed'],
  ])('%s', (_, caller, asked, verdict) => {
    const request = { caller, owner: OWN, action: 's3:GetObject', resource: OBJECT, context: SECURE, ...asked };

    expect(verdictOn(request, { identity: caller === 'anonymous' ? [] : role, resource })).toBe(verdict);
  });
});

describe('who may use the key of cursors', () => {
  const resource = policyAt('Api/CursorKey', 'KeyPolicy');
  const may = allow('kms:GenerateMac', KEY);

  it.each<[string, Caller, PolicyDocument[], Verdict]>([
    ['its own account, whose policies allow it', { account: OWN }, [may], 'allowed'],
    ['its own account, whose policies do not', { account: OWN }, [], 'not allowed'],
    ['a configured account, whose policies allow it', { account: CONFIGURED }, [may], 'not allowed'],
    ['nobody in particular', 'anonymous', [], 'not allowed'],
    ['a service of AWS', { service: 'logs.eu-central-1.amazonaws.com' }, [], 'not allowed'],
  ])('%s', (_, caller, identity, verdict) => {
    const request = { caller, owner: OWN, action: 'kms:GenerateMac', resource: KEY };

    expect(verdictOn(request, { identity, resource })).toBe(verdict);
  });
});

describe('who may sign checkpoints', () => {
  const key = arnOf('Storage/Checkpoints/Key');
  const resource = policyAt('Storage/Checkpoints/Key', 'KeyPolicy');
  const signer = { 'aws:PrincipalArn': arnOf('Reactions/OnSignCheckpointRole') };
  const admin = { 'aws:PrincipalArn': `arn:aws:iam::${OWN}:role/Administrator` };
  const may = allow('kms:*', key);

  it.each<[string, string, Readonly<Record<string, string>>, Verdict]>([
    ['the function that does', 'kms:Sign', signer, 'allowed'],
    ['an administrator of the account', 'kms:Sign', admin, 'denied'],
    ['an administrator, who may look at the key', 'kms:GetPublicKey', admin, 'allowed'],
  ])('%s: %s', (_, action, context, verdict) => {
    const request = { caller: { account: OWN }, owner: OWN, action, resource: key, context };

    expect(verdictOn(request, { identity: [may], resource })).toBe(verdict);
  });
});

describe('how checkpoints may be written', () => {
  const bucket = arnOf('Storage/Checkpoints/Bucket');
  const resource = policyAt('Storage/Checkpoints/Bucket/Policy', 'PolicyDocument');
  const request = {
    caller: { account: OWN },
    owner: OWN,
    action: 's3:PutObject',
    resource: `${bucket}/t/acme/000000000001.json`,
  };

  it('once: nobody may write over one', () => {
    const identity = [allow('s3:*', `${bucket}/*`)];
    const once = { ...SECURE, 's3:if-none-match': '*' };

    expect(verdictOn({ ...request, context: once }, { identity, resource })).toBe('allowed');
    expect(verdictOn({ ...request, context: SECURE }, { identity, resource })).toBe('denied');
  });
});

describe('who may use the key of logs and alarms', () => {
  const resource = policyAt('OperationsKey', 'KeyPolicy');
  const key = arnOf('OperationsKey');
  const logs = { service: 'logs.eu-central-1.amazonaws.com' };
  const alarms = { service: 'cloudwatch.amazonaws.com' };
  const groupOf = (account: string) => ({
    'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-central-1:${account}:log-group:any`,
  });
  const from = (account: string) => ({ 'aws:SourceAccount': account });

  it.each<[string, Caller, Readonly<Record<string, string>>, Verdict]>([
    ['the logs of its own account', logs, groupOf(OWN), 'allowed'],
    ['the logs of another account', logs, groupOf(FOREIGN), 'not allowed'],
    ['logs that do not say whose', logs, {}, 'not allowed'],
    ['the alarms of its own account', alarms, from(OWN), 'allowed'],
    ['the alarms of another account', alarms, from(FOREIGN), 'not allowed'],
    ['its own account, whose policies allow it', { account: OWN }, {}, 'allowed'],
    ['a configured account, whose policies allow it', { account: CONFIGURED }, {}, 'not allowed'],
    ['nobody in particular', 'anonymous', groupOf(OWN), 'not allowed'],
  ])('%s', (_, caller, context, verdict) => {
    const request = { caller, owner: OWN, action: 'kms:Decrypt', resource: key, context };

    expect(verdictOn(request, { identity: [allow('kms:Decrypt', key)], resource })).toBe(verdict);
  });
});

describe('what functions may do', () => {
  const bucketPolicy = policyAt('Storage/Artifacts/Policy', 'PolicyDocument');
  const keyPolicy = policyAt('Api/CursorKey', 'KeyPolicy');
  /** Whatever is not the registry's leaves it to the account, so that only the role of the function can say no. */
  const lax: PolicyDocument = { Statement: [{ Effect: 'Allow', Principal: { AWS: OWN }, Action: '*', Resource: '*' }] };
  const policyOn = (arn: string) => (arn === KEY ? keyPolicy : arn === BUCKET || arn === OBJECT ? bucketPolicy : lax);
  const logsOf = (name: OperationName) => arnOf(`Api/${constructId(name)}Logs`).replace(/\*$/, 'log-stream:2026/03/04');
  const other = (arn: string) => `${arn}2`;

  type Whose = Need | 'paged' | 'all' | 'none';
  const isFor = (whose: Whose, operation: Operation) =>
    whose === 'all' || (whose === 'paged' ? isPaged(operation) : whose !== 'none' && operation.needs.includes(whose));

  it.each<[Whose, string, string | ((name: OperationName) => string)]>([
    ['table:read', 'dynamodb:GetItem', TABLE],
    ['table:read', 'dynamodb:BatchGetItem', TABLE],
    // With no key told, not even one's own memberships.
    ['table:read', 'dynamodb:Query', TABLE],
    ['none', 'dynamodb:PutItem', TABLE],
    ['none', 'dynamodb:DeleteItem', TABLE],
    ['none', 'dynamodb:ConditionCheckItem', TABLE],
    ['none', 'dynamodb:BatchWriteItem', TABLE],
    ['none', 's3:ListBucketMultipartUploads', BUCKET],
    ['table:read', 'dynamodb:Query', `${TABLE}/index/gsi1`],
    ['table:read', 'dynamodb:Query', `${TABLE}/index/gsi2`],
    ['none', 'dynamodb:Query', `${TABLE}/index/due`],
    ['none', 'dynamodb:Scan', TABLE],
    ['none', 'dynamodb:Scan', `${TABLE}/index/gsi1`],
    ['none', 'dynamodb:PartiQLSelect', TABLE],
    ['none', 'dynamodb:PartiQLSelect', `${TABLE}/index/gsi1`],
    ['none', 'dynamodb:PartiQLInsert', TABLE],
    ['none', 'dynamodb:PartiQLUpdate', TABLE],
    ['none', 'dynamodb:PartiQLDelete', TABLE],
    ['none', 'dynamodb:UpdateItem', TABLE],
    ['none', 'dynamodb:GetRecords', `${TABLE}/stream/2026-03-04T05:06:07.890`],
    ['none', 'dynamodb:DeleteTable', TABLE],
    ['none', 'dynamodb:UpdateTable', TABLE],
    ['none', 'dynamodb:UpdateTimeToLive', TABLE],
    ['none', 'dynamodb:UpdateContinuousBackups', TABLE],
    ['none', 'dynamodb:ExportTableToPointInTime', TABLE],
    ['none', 'dynamodb:GetItem', other(TABLE)],
    ['none', 'dynamodb:PutItem', other(TABLE)],
    ['none', 'dynamodb:Query', `${other(TABLE)}/index/gsi1`],
    ['none', 'dynamodb:GetItem', TABLE.replace('eu-central-1', 'us-east-1')],
    ['artifacts:read', 's3:GetObject', OBJECT],
    ['artifacts:read', 's3:ListBucket', BUCKET],
    ['artifacts:write', 's3:PutObject', OBJECT],
    ['artifacts:write', 's3:DeleteObject', OBJECT],
    ['artifacts:write', 's3:AbortMultipartUpload', OBJECT],
    ['artifacts:write', 's3:ListMultipartUploadParts', OBJECT],
    ['artifacts:stage', 's3:GetObject', UPLOAD],
    ['artifacts:stage', 's3:PutObject', UPLOAD],
    ['artifacts:stage', 's3:AbortMultipartUpload', UPLOAD],
    ['none', 's3:DeleteObject', UPLOAD],
    ['none', 's3:GetObject', `${BUCKET}/exports/acme.jsonl`],
    ['none', 's3:GetObject', `${BUCKET}/team/acme`],
    ['none', 's3:PutObject', `${BUCKET}/exports/acme.jsonl`],
    ['none', 's3:DeleteObject', `${BUCKET}/exports/acme.jsonl`],
    ['none', 's3:GetObject', `${other(BUCKET)}/t/acme/objects/0a1b`],
    ['none', 's3:PutObject', `${other(BUCKET)}/t/acme/objects/0a1b`],
    ['none', 's3:ListBucket', other(BUCKET)],
    ['artifacts:erase', 's3:DeleteObjectVersion', OBJECT],
    ['none', 's3:DeleteObjectVersion', `${BUCKET}/exports/acme.jsonl`],
    ['none', 's3:PutObjectRetention', OBJECT],
    ['none', 's3:BypassGovernanceRetention', OBJECT],
    ['none', 's3:PutBucketPolicy', BUCKET],
    ['none', 's3:PutBucketVersioning', BUCKET],
    ['none', 's3:PutLifecycleConfiguration', BUCKET],
    ['none', 's3:DeleteBucket', BUCKET],
    ['paged', 'kms:GenerateMac', KEY],
    ['none', 'kms:GenerateMac', other(KEY)],
    ['none', 'kms:VerifyMac', KEY],
    ['none', 'kms:Decrypt', KEY],
    ['none', 'kms:Decrypt', other(KEY)],
    ['none', 'kms:PutKeyPolicy', KEY],
    ['none', 'kms:ScheduleKeyDeletion', KEY],
    ['all', 'logs:PutLogEvents', logsOf],
    ['all', 'logs:CreateLogStream', logsOf],
    ['none', 'logs:PutLogEvents', (name) => logsOf(name === 'whoAmI' ? 'getTenant' : 'whoAmI')],
    ['none', 'logs:DeleteLogGroup', logsOf],
    ['all', 'xray:PutTraceSegments', '*'],
    ['none', 'xray:GetTraceSummaries', '*'],
    ['none', 'execute-api:Invoke', `${API}/prod/GET/v1/models`],
    ['none', 'lambda:InvokeFunction', arnOf('Api/PutMember')],
    ['none', 'iam:PassRole', arnOf('Api/PutMemberRole')],
    ['none', 'sts:AssumeRole', arnOf('Api/PutMemberRole')],
    ['none', 'secretsmanager:GetSecretValue', `arn:aws:secretsmanager:eu-central-1:${OWN}:secret:any-Ab12Cd`],
  ])('%s: %s on %s', (whose, action, on) => {
    const may = rows.filter(([name]) => {
      const asked = typeof on === 'string' ? on : on(name);
      const request = { caller: { account: OWN }, owner: OWN, action, resource: asked, context: SECURE };
      return verdictOn(request, { identity: policiesOf(name), resource: policyOn(asked) }) === 'allowed';
    });

    expect(may.map(([name]) => name)).toEqual(
      rows.filter(([, operation]) => isFor(whose, operation)).map(([name]) => name),
    );
  });

  const OF_TENANT = ['T#acme', 'T#acme#MODELS', 'T#acme#M#01J9', 'T##I'];
  const OF_PRINCIPAL = ['P#aws:111122223333:role/Release'];
  const OF_BOTH = [...OF_TENANT, ...OF_PRINCIPAL];
  it.each<[readonly Need[], string, readonly string[]]>([
    [['table:write'], 'dynamodb:PutItem', OF_TENANT],
    [['table:write'], 'dynamodb:ConditionCheckItem', OF_TENANT],
    [['table:remove'], 'dynamodb:DeleteItem', OF_TENANT],
    [['table:note'], 'dynamodb:BatchWriteItem', OF_TENANT],
    [['table:read'], 'dynamodb:Query', OF_TENANT],
    [['table:read'], 'dynamodb:GetItem', OF_PRINCIPAL],
    [['table:read', 'members:read'], 'dynamodb:Query', OF_PRINCIPAL],
    [['members:write'], 'dynamodb:PutItem', OF_PRINCIPAL],
    [['members:remove'], 'dynamodb:DeleteItem', OF_PRINCIPAL],
    [[], 'dynamodb:ConditionCheckItem', OF_PRINCIPAL],
    [[], 'dynamodb:BatchWriteItem', OF_PRINCIPAL],
    [[], 'dynamodb:BatchWriteItem', OF_BOTH],
    [[], 'dynamodb:PutItem', OF_BOTH],
    [[], 'dynamodb:DeleteItem', OF_BOTH],
    [[], 'dynamodb:PutItem', ['OUTBOX#03']],
    [[], 'dynamodb:DeleteItem', ['OUTBOX#03']],
  ])('%j: %s of items under %j', (needs, action, leading) => {
    const context = { ...SECURE, 'dynamodb:LeadingKeys': leading };
    const request = { caller: { account: OWN }, owner: OWN, action, resource: TABLE, context };
    const may = rows.filter(
      ([name]) => verdictOn(request, { identity: policiesOf(name), resource: lax }) === 'allowed',
    );

    expect(may.map(([name]) => name)).toEqual(
      rows.filter(([, operation]) => needs.some((need) => operation.needs.includes(need))).map(([name]) => name),
    );
  });

  it.each<[boolean, string]>([
    [true, 't/acme/objects/0a1b'],
    [true, 't/'],
    [false, ''],
    [false, 'exports/acme'],
    [false, 'team/acme'],
  ])('%j: which uploads under %j have begun', (isGranted, prefix) => {
    const context = { ...SECURE, 's3:prefix': prefix };
    const action = 's3:ListBucketMultipartUploads';
    const request = { caller: { account: OWN }, owner: OWN, action, resource: BUCKET, context };
    const may = rows.filter(
      ([name]) => verdictOn(request, { identity: policiesOf(name), resource: bucketPolicy }) === 'allowed',
    );

    expect(may.map(([name]) => name)).toEqual(isGranted ? ['registerVersion', 'completeVersion'] : []);
  });

  it('is told by one policy each, and by no other', () => {
    const policies = rows.map(([name]) => policiesOf(name).length);
    const roles = rows.map(([name]) => Object.keys(at(`Api/${constructId(name)}Role`).Properties));

    expect(policies).toEqual(rows.map(() => 1));
    expect(roles).toEqual(rows.map(() => ['AssumeRolePolicyDocument', 'Policies']));
  });
});

describe('who may become the role of a function', () => {
  it.each<[string, Caller, PolicyDocument[], readonly OperationName[]]>([
    ['Lambda', { service: 'lambda.amazonaws.com' }, [], rows.map(([name]) => name)],
    ['another service of AWS', { service: 'ec2.amazonaws.com' }, [], []],
    ['its own account', { account: OWN }, [allow('sts:AssumeRole', '*')], []],
    ['another account', { account: CONFIGURED }, [allow('sts:AssumeRole', '*')], []],
  ])('%s', (_, caller, identity, names) => {
    const becomes = rows.filter(([name]) => {
      const path = `Api/${constructId(name)}Role`;
      const request = { caller, owner: OWN, action: 'sts:AssumeRole', resource: arnOf(path) };
      return verdictOn(request, { identity, resource: policyAt(path, 'AssumeRolePolicyDocument') }) === 'allowed';
    });

    expect(becomes.map(([name]) => name)).toEqual(names);
  });
});

type Permission = Readonly<Record<'Action' | 'FunctionName' | 'Principal' | 'SourceArn', string>>;

describe('who may invoke a function', () => {
  /** A permission as Lambda writes it into the policy of its function. */
  const permissionOf = (name: OperationName): PolicyDocument => {
    const { Action, FunctionName, Principal, SourceArn } = resolved<Permission>(
      template,
      at(`Api/${constructId(name)}/Api`).Properties,
    );
    const Condition = { ArnLike: { 'AWS:SourceArn': SourceArn } };
    return {
      Statement: [{ Effect: 'Allow', Principal: { Service: Principal }, Action, Resource: FunctionName, Condition }],
    };
  };
  const apiGateway = { service: 'apigateway.amazonaws.com' };
  const own = ({ method, path }: Operation) => `${method}${path}`;
  const otherMethod = ({ method, path }: Operation) => `${method === 'GET' ? 'PUT' : 'GET'}${path}`;

  it.each<[string, Caller, (operation: Operation) => string, readonly OperationName[]]>([
    ['its route of this API', apiGateway, (row) => `${API}/prod/${own(row)}`, rows.map(([name]) => name)],
    [
      'its route, tried in the console',
      apiGateway,
      (row) => `${API}/test-invoke-stage/${own(row)}`,
      rows.map(([name]) => name),
    ],
    ['another method of its path', apiGateway, (row) => `${API}/prod/${otherMethod(row)}`, []],
    ['another path', apiGateway, ({ method }) => `${API}/prod/${method}/v1/elsewhere`, []],
    ['another API', apiGateway, (row) => `${API}2/prod/${own(row)}`, []],
    ['an API of another account', apiGateway, (row) => `${API.replace(OWN, FOREIGN)}/prod/${own(row)}`, []],
    [
      'an API in another region',
      apiGateway,
      (row) => `${API.replace('eu-central-1', 'us-east-1')}/prod/${own(row)}`,
      [],
    ],
    ['another service', { service: 'events.amazonaws.com' }, (row) => `${API}/prod/${own(row)}`, []],
    ['nobody in particular', 'anonymous', (row) => `${API}/prod/${own(row)}`, []],
    ['another account', { account: FOREIGN }, (row) => `${API}/prod/${own(row)}`, []],
  ])('%s', (_, caller, source, names) => {
    const identity = [allow('lambda:InvokeFunction', '*')];
    const invokes = rows.filter(([name, operation]) => {
      const context = { 'aws:SourceArn': source(operation) };
      const resource = arnOf(`Api/${constructId(name)}`);
      const request = { caller, owner: OWN, action: 'lambda:InvokeFunction', resource, context };
      return verdictOn(request, { identity, resource: permissionOf(name) }) === 'allowed';
    });

    expect(invokes.map(([name]) => name)).toEqual(names);
  });
});
