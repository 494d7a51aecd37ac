import { describe, expect, it } from 'vitest';
import { synthesised } from '../../infra/released/synthesised.ts';
import { authorizerRows } from '../../shared/contract/authorizer.ts';
import { facadeRows } from '../../shared/contract/facade.ts';
import { isPaged, type Need } from '../../shared/contract/operation.ts';
import { rows } from '../../shared/contract/operations.ts';
import { reactionRows } from '../../shared/contract/reactions.ts';
import { FAILURES, type FailureCode } from '../../shared/errors.ts';
import { createTableInput } from '../../shared/store/dynamo-schema.ts';
import { CONFIGURED, ORGANIZATION, production } from './production.ts';
import { rolePoliciesOf } from './role-policies.ts';

/** CloudFormation stops at 500; what is between is for alarms and the like. */
const RESOURCES_MAX = 485;
/** CloudFormation stops at 1 MB, and has to take what is to come as well. */
const TEMPLATE_BYTES_MAX = 800_000;
/** How many operations there may come to be. */
const ROWS_EXPECTED = 85;

/** Another stack is bundled anew, all of it: on a machine that does other things too, that takes its time. */
const SECOND_STACK_MS = 300_000;

interface Resource<Properties = unknown> {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: Properties;
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

interface Method {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly 'x-amazon-apigateway-integration': { readonly uri: object };
}

interface Api {
  readonly Body: {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Method>>>>;
    readonly components: object;
    readonly 'x-amazon-apigateway-gateway-responses': Readonly<
      Record<string, { readonly statusCode?: string; readonly responseTemplates: Readonly<Record<string, string>> }>
    >;
  };
}

interface LambdaProperties {
  readonly Description: string;
  readonly Role: object;
  readonly Timeout: number;
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
}

const template = synthesised(production);

const all = Object.entries(template.Resources);

const resources = <Properties>(type: string) =>
  all.filter(([, { Type }]) => Type === type) as [string, Resource<Properties>][];

/** The properties of the only resource of a type. */
function only<Properties>(type: string): Properties {
  const [[, { Properties }] = raise(`There is no ${type}.`), ...others] = resources<Properties>(type);
  return others.length === 0 ? Properties : raise(`There are several of ${type}.`);
}

/** The properties of the bucket whose construct is at a path. */
const bucketAt = (path: string) => resources('AWS::S3::Bucket').find(([id]) => id.startsWith(path))?.[1].Properties;

function raise(message: string): never {
  throw new Error(message);
}

const functions = resources<LambdaProperties>('AWS::Lambda::Function');
const { Body: api } = only<Api>('AWS::ApiGateway::RestApi');
const methods = Object.entries(api.paths).flatMap(([path, found]) =>
  Object.entries(found).map(([method, one]) => ({ ...one, method: method.toUpperCase(), path })),
);
const methodOf = (name: string) => methods.find(({ operationId }) => operationId === name);

/** What a resource refers to, by its logical id. */
const refersTo = (part: unknown, id: string) => JSON.stringify(part).includes(`"${id}"`);

/** The function that API Gateway asks for an operation. */
const functionOf = (name: string) =>
  functions.find(([id]) => refersTo(methodOf(name)?.['x-amazon-apigateway-integration'].uri, id));

const statements = rolePoliciesOf<{ Statement: Statement[] }>(template).flatMap(({ role, document }) =>
  document.Statement.map((statement) => ({ ...statement, of: role })),
);
const actionsOf = ({ Action }: Statement): string[] => [Action].flat();

/** All actions that the role of a function has. */
function mayDo(found: (typeof functions)[number] | undefined): string[] {
  const role = JSON.stringify(found?.[1].Properties.Role).match(/"Fn::GetAtt":\["(\w+)"/)?.[1] ?? '';
  return statements.filter(({ of }) => of === role).flatMap(actionsOf);
}

/** What IAM takes of policies that are written in one role. */
const INLINE_CHARACTERS_MAX = 10_240;

/** What every function may do: log and trace. */
const ALWAYS = ['logs:CreateLogStream', 'logs:PutLogEvents', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

const ALLOWED: Readonly<Record<Exclude<Need, `queue:${string}`>, readonly string[]>> = {
  'table:read': ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
  'table:write': ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem'],
  'due:read': ['dynamodb:Query'],
  'bus:publish': ['events:PutEvents'],
  'account:own': [],
  'subscribers:connect': [
    'events:DeleteRule',
    'events:PutRule',
    'events:PutTargets',
    'events:RemoveTargets',
    'iam:CreateRole',
    'iam:DeleteRole',
    'iam:DeleteRolePolicy',
    'iam:PassRole',
    'iam:PutRolePolicy',
    'sqs:CreateQueue',
    'sqs:DeleteQueue',
    'sqs:GetQueueUrl',
  ],
  'letters:write': ['sqs:SendMessage'],
  'table:note': ['dynamodb:BatchWriteItem'],
  'table:remove': ['dynamodb:DeleteItem'],
  'members:read': ['dynamodb:Query'],
  'members:write': ['dynamodb:PutItem'],
  'members:remove': ['dynamodb:DeleteItem'],
  'checkpoints:sign': ['kms:GetPublicKey', 'kms:Sign', 's3:GetObject', 's3:PutObject'],
  'artifacts:read': ['s3:GetObject', 's3:ListBucket'],
  'artifacts:write': [
    's3:AbortMultipartUpload',
    's3:DeleteObject',
    's3:ListBucketMultipartUploads',
    's3:ListMultipartUploadParts',
    's3:PutObject',
  ],
  'artifacts:stage': ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
  'artifacts:erase': ['s3:DeleteObjectVersion'],
  'webhooks:secrets': ['kms:GenerateMac'],
  'tokens:sign': ['kms:GenerateMac'],
};
const allowedBy = (need: Need): readonly string[] =>
  (ALLOWED as Readonly<Partial<Record<Need, readonly string[]>>>)[need] ?? ['sqs:SendMessage'];
const CURSOR_KEY = ['kms:GenerateMac'];

/**
 * What of a request may be logged: API Gateway made it, or IAM proved it. Messages repeat what was sent (that of a wrong
 * signature, all headers that were signed), and so do paths, queries and the name of the client.
 */
const HARMLESS = [
  '$context.requestId',
  '$context.requestTimeEpoch',
  '$context.httpMethod',
  '$context.resourcePath',
  '$context.status',
  '$context.integrationStatus',
  '$context.identity.userArn',
  '$context.responseLatency',
  '$context.integrationLatency',
  '$context.identity.sourceIp',
  '$context.error.responseType',
];

describe.each(rows)('%s on AWS', (name, operation) => {
  const found = functionOf(name);

  it('has its route, which takes signed requests alone', () => {
    expect(methodOf(name)).toMatchObject({ method: operation.method, path: operation.path });
    expect(methodOf(name)?.security).toEqual([{ awsSigv4: [] }]);
  });

  it('has its function, which API Gateway may invoke for this route alone', () => {
    const permissions = resources<{ FunctionName: object; SourceArn: object; Principal: string }>(
      'AWS::Lambda::Permission',
    ).filter(([, { Properties }]) => refersTo(Properties.FunctionName, found?.[0] ?? ''));

    expect(found?.[1].Properties.Description).toBe(operation.summary);
    expect(permissions).toHaveLength(1);
    expect(permissions[0]?.[1].Properties.Principal).toBe('apigateway.amazonaws.com');
    expect(JSON.stringify(permissions[0]?.[1].Properties.SourceArn)).toContain(
      `/*/${operation.method}${operation.path.replace(/\{\w+\}/g, '*')}"`,
    );
  });

  it('streams its answer if the row says so, for as long as its function may run', () => {
    const { uri, ...how } = methodOf(name)?.['x-amazon-apigateway-integration'] ?? {};
    const proxy = { type: 'aws_proxy', httpMethod: 'POST' };

    expect(how).toEqual(
      operation.stream
        ? { ...proxy, responseTransferMode: 'STREAM', timeoutInMillis: 900_000 }
        : { ...proxy, responseTransferMode: 'BUFFERED' },
    );
    expect(found?.[1].Properties.Timeout).toBeGreaterThanOrEqual(operation.stream ? 900 : 10);
    expect(JSON.stringify(uri)).toContain(operation.stream ? '/response-streaming-invocations' : '/invocations');
  });

  it('may do what its row needs, and nothing else', () => {
    expect(mayDo(found).sort()).toEqual(
      [...ALWAYS, ...operation.needs.flatMap(allowedBy), ...(isPaged(operation) ? CURSOR_KEY : [])].sort(),
    );
  });

  it('is told of its surroundings what its row needs, and nothing else', () => {
    const variables = Object.keys(found?.[1].Properties.Environment.Variables ?? {});

    expect(variables.includes('BUCKET_NAME')).toBe(operation.needs.some((need) => need.startsWith('artifacts:')));
    expect(variables.includes('CURSOR_KEY')).toBe(isPaged(operation));
    expect(variables.includes('WEBHOOK_KEY')).toBe(operation.needs.includes('webhooks:secrets'));
    expect(variables.includes('DEPLOYMENT_ADMINS')).toBe(typeof operation.access === 'string');
  });
});

describe('the stack', () => {
  it('has a route and a function for every row, and no other', () => {
    const ofFacades = facadeRows.flatMap(([name, { paths }]) => paths.map((_, index) => `${name}${index}`));
    expect(methods.map(({ operationId }) => operationId).sort()).toEqual(
      [...rows.map(([name]) => name), ...ofFacades].sort(),
    );
    expect(functions).toHaveLength(rows.length + reactionRows.length + facadeRows.length + authorizerRows.length);
  });

  it('defines the security scheme by which API Gateway asks IAM', () => {
    expect(api.components).toMatchObject({
      securitySchemes: { awsSigv4: { 'x-amazon-apigateway-authtype': 'awsSigv4' } },
    });
  });

  it('asks its authorizer about whoever has a token, and remembers the answer no longer than memberships', () => {
    const { securitySchemes } = api.components as {
      securitySchemes: { token: { 'x-amazon-apigateway-authorizer': { authorizerUri: object } } };
    };
    const { 'x-amazon-apigateway-authorizer': asked, ...scheme } = securitySchemes.token;
    const [[id] = ['none']] = functions.filter(([one]) => /^ApiAuthorizeToken[0-9A-F]{8}$/.test(one));
    const permissions = resources<{ FunctionName: object; SourceArn: object }>('AWS::Lambda::Permission').filter(
      ([, { Properties }]) => refersTo(Properties.FunctionName, id),
    );

    expect(scheme).toEqual({
      ...{ type: 'apiKey', name: 'Authorization', in: 'header' },
      'x-amazon-apigateway-authtype': 'custom',
    });
    expect(asked).toMatchObject({
      type: 'request',
      identitySource: 'method.request.header.Authorization',
      authorizerResultTtlInSeconds: 60,
    });
    expect(refersTo(asked.authorizerUri, id)).toBe(true);
    expect(permissions).toHaveLength(1);
    expect(JSON.stringify(permissions[0]?.[1].Properties.SourceArn)).toContain('/authorizers/*"');
  });

  it('takes tokens below /token alone, and asks nobody there but for what every client may know', () => {
    const proofs = Object.groupBy(
      methods.filter(({ operationId }) => operationId.startsWith('mlflow')),
      ({ security }) => JSON.stringify(security),
    );
    const paths = Object.fromEntries(
      Object.entries(proofs).map(([proof, found]) => [proof, found?.map((one) => one.path)]),
    );

    const artifacts = '/api/2.0/mlflow-artifacts/{call+}';
    expect(paths).toEqual({
      '[{"awsSigv4":[]}]': ['/api/{call+}', '/ajax-api/{call+}', '/version', '/health', artifacts],
      '[{"token":[]}]': ['/token/api/{call+}', '/token/ajax-api/{call+}', `/token${artifacts}`],
      '[]': [
        ...['/token/version', '/token/health'],
        ...['/token/api/3.0/mlflow/server-info', '/token/ajax-api/3.0/mlflow/server-info'],
      ],
    });
  });

  it('lets only its own account, the configured ones and the organization call', () => {
    const { Policy } = only<{ Policy: { Statement: object[] } }>('AWS::ApiGateway::RestApi');

    expect(Policy.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/*',
        Principal: { AWS: [expect.objectContaining({ 'Fn::Join': expect.anything() }), expect.anything()] },
      },
      { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'execute-api:/*/*/token/*', Principal: { AWS: '*' } },
      {
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/*',
        Principal: { AWS: '*' },
        Condition: {
          StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION },
          StringNotEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } },
        },
      },
    ]);
    expect(JSON.stringify(Policy)).toContain(`:iam::${CONFIGURED}:root`);
  });

  it('answers as problem JSON also where no function is asked', () => {
    const responses = Object.entries(api['x-amazon-apigateway-gateway-responses']);
    const bodies = responses.map(([type, { statusCode, responseTemplates }]) => {
      const text = responseTemplates['application/json'] ?? '';
      return [type, statusCode, JSON.parse(text.replaceAll('$context.error.messageString', '"…"'))] as const;
    });

    expect(bodies).toContainEqual([
      'THROTTLED',
      '429',
      expect.objectContaining({
        code: 'request.throttled',
        status: 429,
        detail: '…',
        message: '…',
        requestId: '$context.requestId',
      }),
    ]);
    for (const [, statusCode, { code, ...body }] of bodies.filter(([type]) => !type.startsWith('DEFAULT_'))) {
      const { status, hint, title } = FAILURES[code as FailureCode];
      expect([statusCode, body]).toMatchObject([String(status), { type: `/problems/${code}`, status, hint, title }]);
    }
    expect(bodies.map(([type]) => type)).toEqual(expect.arrayContaining(['DEFAULT_4XX', 'DEFAULT_5XX']));
  });

  it('writes a line for each request, with no body, header, query or message in it', () => {
    const { AccessLogSetting, MethodSettings } = only<{
      AccessLogSetting: { Format: string };
      MethodSettings: object[];
    }>('AWS::ApiGateway::Stage');

    expect(JSON.parse(AccessLogSetting.Format)).toMatchObject({
      requestId: '$context.requestId',
      caller: '$context.identity.userArn',
      route: '$context.resourcePath',
      milliseconds: '$context.responseLatency',
    });
    const variables = AccessLogSetting.Format.match(/\$[\w.]+/g) ?? [];
    expect(variables.filter((one) => !HARMLESS.includes(one))).toEqual([]);
    expect(JSON.parse(AccessLogSetting.Format)).toHaveProperty('error', '$context.error.responseType');
    expect(MethodSettings).toEqual([
      expect.objectContaining({ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400, MetricsEnabled: true }),
    ]);
    expect(MethodSettings).toEqual([expect.not.objectContaining({ DataTraceEnabled: true })]);
  });

  it('tells API Gateway the role that writes the access log before there is a stage, and leaves it when it goes', () => {
    const [[accountId, account] = raise('There is no account.')] = resources<{ CloudWatchRoleArn: object }>(
      'AWS::ApiGateway::Account',
    );
    const role = all.find(([id, { Type }]) => Type === 'AWS::IAM::Role' && refersTo(account.Properties, id))?.[1];
    const [[, stage] = raise('There is no stage.')] = resources('AWS::ApiGateway::Stage');

    expect(role?.Properties).toMatchObject({
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'apigateway.amazonaws.com' } }] },
    });
    expect(JSON.stringify(role?.Properties)).toContain(
      ':iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"',
    );
    expect(stage.DependsOn).toContain(accountId);
    for (const one of [account, role]) {
      expect(one).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  it(
    'leaves the setting of the account alone where it is told to',
    () => {
      const { Resources } = synthesised({ ...production, setsApiGatewayAccount: false });
      const text = JSON.stringify(Resources);

      expect(text).not.toContain('AWS::ApiGateway::Account');
      expect(text).not.toContain('AmazonAPIGatewayPushToCloudWatchLogs');
      expect(text).toContain('AWS::ApiGateway::Stage');
    },
    SECOND_STACK_MS,
  );

  it('allows no action by a wildcard, and nothing on everything but traces and what takes no resource', () => {
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');

    expect(allowed.flatMap(actionsOf).filter((action) => action.includes('*'))).toEqual([]);
    expect(
      allowed
        .filter(({ Resource }) => Resource === '*')
        .flatMap(actionsOf)
        .filter((action) => !action.startsWith('xray:')),
    ).toEqual(['dynamodb:ListStreams']);
  });

  it('writes into each role no more than IAM takes, and beside it only what a key has to name', () => {
    const policies = rolePoliciesOf(template);
    const lengths = policies.map(({ document }) => JSON.stringify(document).length);

    expect(Math.max(...lengths)).toBeLessThan(INLINE_CHARACTERS_MAX / 2);
    expect(resources<{ Roles: object }>('AWS::IAM::Policy').map(([, { Properties }]) => Properties.Roles)).toEqual([
      [{ Ref: expect.stringMatching(/^ReactionsOnSignCheckpointRole/) }],
    ]);
  });

  it('lets no operation read the index that crosses tenants', () => {
    const readers = statements.filter((statement) => /index\/(\*|due)/.test(JSON.stringify(statement)));
    const roles = new Set(readers.map(({ of }) => of));
    const expected = reactionRows.filter(([, { needs }]) => needs.includes('due:read'));

    expect(roles.size).toBe(expected.length);
    for (const role of roles) expect(role).toMatch(/^ReactionsOn\w+Role/);
  });

  it('keeps table and buckets when it is deleted', () => {
    const stateful = all.filter(([, { Type }]) => ['AWS::DynamoDB::Table', 'AWS::S3::Bucket'].includes(Type));

    expect(stateful).toHaveLength(3);
    for (const [, { DeletionPolicy, UpdateReplacePolicy }] of stateful) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    }
  });

  it('makes the table that the store asks for, with backup and stream', () => {
    const { KeySchema, GlobalSecondaryIndexes, BillingMode } = createTableInput('any');

    expect(only('AWS::DynamoDB::Table')).toMatchObject({
      KeySchema,
      GlobalSecondaryIndexes,
      BillingMode,
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it('keeps artifacts versioned, lockable, encrypted and out of sight', () => {
    expect(bucketAt('StorageArtifacts')).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockEnabled: true,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: [
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
          // Of what is uploaded and becomes a version there is a copy elsewhere: nothing else ever goes by itself.
          { Prefix: 'staged/', ExpirationInDays: 31, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
        ],
      },
    });
    expect(JSON.stringify(resources('AWS::S3::BucketPolicy'))).toContain('"aws:SecureTransport":"false"');
  });

  it('keeps checkpoints where nobody can change or delete them for seven years', () => {
    expect(bucketAt('StorageCheckpoints')).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2555 } } },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
  });

  it('has room for every operation to come', () => {
    const perRow = all.filter(([, { Type }]) => /Lambda|Role|LogGroup/.test(Type)).length / rows.length;

    expect(all.length).toBeLessThanOrEqual(RESOURCES_MAX);
    expect(all.length + perRow * (ROWS_EXPECTED - rows.length)).toBeLessThanOrEqual(RESOURCES_MAX);
    expect(JSON.stringify(template).length).toBeLessThan(TEMPLATE_BYTES_MAX);
  });
});

describe.each(reactionRows)('%s on AWS', (name, { needs }) => {
  const id = new RegExp(`^Reactions${name}[0-9A-F]{8}$`, 'i');
  const found = functions.find(([one]) => id.test(one));

  it('has its function, with the grants that its row asks for and no others', () => {
    const actions = new Set(mayDo(found).filter((action) => !MAPPED.includes(action)));

    expect([...actions].sort()).toEqual(
      [...new Set([...ALWAYS, ...needs.flatMap(allowedBy)])].filter((action) => !MAPPED.includes(action)).sort(),
    );
  });

  it('has what calls it', () => {
    const called = all.filter(
      ([, resource]) =>
        ['AWS::Lambda::EventSourceMapping', 'AWS::Events::Rule'].includes(resource.Type) &&
        refersTo(resource, found?.[0] ?? 'none'),
    );

    expect(called).toHaveLength(1);
  });
});

/** What Lambda does in the name of a function that reads a stream or a queue. */
const MAPPED = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];
