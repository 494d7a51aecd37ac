import { describe, expect, it } from 'vitest';
import { synthesised } from '../../infra/released/synthesised.ts';
import { authorizerRows } from '../../shared/contract/authorizer.ts';
import { facadeRows } from '../../shared/contract/facade.ts';
import { type OperationName, rows } from '../../shared/contract/operations.ts';
import { reactionRows } from '../../shared/contract/reactions.ts';
import type { FailureCode } from '../../shared/errors.ts';
import { production } from './production.ts';

interface LambdaFunction {
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly LoggingConfig: { readonly LogGroup: { readonly Ref: string } };
}

interface Statement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Condition?: object;
}

type Named<Properties> = Properties & { readonly id: string };

const { Resources } = synthesised(production);
const resources = <Properties>(type: string): Named<Properties>[] =>
  Object.entries(Resources).flatMap(([id, { Type, Properties }]) =>
    Type === type ? [{ id, ...(Properties as Properties) }] : [],
  );
const functions = resources<LambdaFunction>('AWS::Lambda::Function');
const [{ id: operationsKey = '', KeyPolicy: keyPolicy } = { KeyPolicy: { Statement: [] } }] = resources<{
  readonly KeyPolicy: { readonly Statement: readonly Statement[] };
  readonly KeySpec?: string;
}>('AWS::KMS::Key').filter(({ KeySpec }) => KeySpec === undefined);

/** The operations that are given more than others: seconds and MB. All else has 10 seconds and 512 MB. */
const ROOMY: Readonly<Partial<Record<OperationName, readonly [seconds: number, megabytes: number]>>> = {
  // Asks S3 about thousands of files, and signs 500 URLs.
  registerVersion: [29, 1_769],
  getDownload: [29, 1_769],
  // Looks whether the files of what comes back are there.
  rollbackModel: [29, 1_769],
  // Reads all bytes of a version that came in parts.
  completeVersion: [900, 1_769],
  // Reads all that ever happened.
  exportEvents: [900, 512],
  exportCheckpoints: [900, 512],
};

describe('the function of an operation', () => {
  it.each(rows.map(([name]) => name))('%s has time and memory for what it does', (name) => {
    const id = new RegExp(`^Api${name}[0-9A-F]{8}$`, 'i');
    const [found, ...others] = functions.filter((one) => id.test(one.id));

    expect(others).toEqual([]);
    expect([found?.Timeout, found?.MemorySize]).toEqual(ROOMY[name] ?? [10, 512]);
  });

  it('runs on the Node that the bundles are made for, on arm64, and is traced', () => {
    expect(functions).toHaveLength(rows.length + reactionRows.length + facadeRows.length + authorizerRows.length);
    for (const one of functions) {
      expect(one).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
      });
    }
  });

  it('writes to a log group of its own', () => {
    const written = functions.map(({ LoggingConfig }) => LoggingConfig.LogGroup.Ref);
    const groups = resources('AWS::Logs::LogGroup').map(({ id }) => id);

    expect(new Set(written).size).toBe(functions.length);
    expect(groups).toEqual(expect.arrayContaining(written));
  });
});

describe('every log group', () => {
  const groups = resources<{ RetentionInDays: number; KmsKeyId: object }>('AWS::Logs::LogGroup');

  it('keeps what the stage says, encrypted with the key of operators, and outlives the stack', () => {
    expect(groups).toHaveLength(rows.length + reactionRows.length + facadeRows.length + authorizerRows.length + 1);
    for (const { id, RetentionInDays, KmsKeyId } of groups) {
      expect([RetentionInDays, KmsKeyId]).toEqual([production.logRetention, { 'Fn::GetAtt': [operationsKey, 'Arn'] }]);
      expect(Resources[id]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('can be encrypted: CloudWatch Logs may do with the key what it needs to, for log groups of this account', () => {
    const logs = keyPolicy.Statement.find(({ Sid }) => Sid === 'LogsOfThisAccount');

    expect([logs?.Action].flat().toSorted()).toEqual([
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ]);
    expect(logs).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
    });
    expect(JSON.stringify(logs?.Condition)).toMatch(
      /^\{"ArnLike":\{"kms:EncryptionContext:aws:logs:arn":.*"Ref":"AWS::AccountId".*":log-group:\*"/,
    );
  });
});

describe('each bucket', () => {
  it('belongs to the account with all that is in it, whoever sent it: there are no access lists', () => {
    const buckets = resources('AWS::S3::Bucket');

    expect(buckets).toHaveLength(2);
    for (const bucket of buckets)
      expect(bucket).toMatchObject({ OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } });
  });
});

/** What API Gateway may answer without a function, and what callers get to read. */
const ANSWERS: Readonly<Record<string, readonly [status: string, code: FailureCode]>> = {
  MISSING_AUTHENTICATION_TOKEN: ['401', 'caller.unknown'],
  INVALID_SIGNATURE: ['401', 'caller.unknown'],
  EXPIRED_TOKEN: ['401', 'caller.unknown'],
  UNAUTHORIZED: ['401', 'caller.unknown'],
  ACCESS_DENIED: ['403', 'caller.forbidden'],
  WAF_FILTERED: ['403', 'caller.forbidden'],
  BAD_REQUEST_BODY: ['400', 'request.invalid'],
  BAD_REQUEST_PARAMETERS: ['400', 'request.invalid'],
  UNSUPPORTED_MEDIA_TYPE: ['400', 'request.invalid'],
  REQUEST_TOO_LARGE: ['413', 'request.too_large'],
  RESOURCE_NOT_FOUND: ['404', 'route.not_found'],
  THROTTLED: ['429', 'request.throttled'],
  QUOTA_EXCEEDED: ['429', 'request.throttled'],
  INTEGRATION_TIMEOUT: ['503', 'server.slow'],
};

describe('API Gateway', () => {
  const [api] = resources<{
    readonly Body: Readonly<
      Record<
        'x-amazon-apigateway-gateway-responses',
        Record<string, { statusCode?: string; responseTemplates: Record<string, string> }>
      >
    >;
  }>('AWS::ApiGateway::RestApi');
  const { DEFAULT_4XX, DEFAULT_5XX, ...responses } = api?.Body['x-amazon-apigateway-gateway-responses'] ?? {};

  it('answers by itself what a function would', () => {
    const told = Object.entries(responses).map(([type, { statusCode, responseTemplates }]) => {
      const [, code] = /"code":"([^"]*)"/.exec(responseTemplates['application/json'] ?? '') ?? [];
      return [type, [statusCode, code]];
    });

    expect(Object.fromEntries(told)).toEqual(ANSWERS);
  });

  it('leaves the status of anything else as it is', () => {
    for (const other of [DEFAULT_4XX, DEFAULT_5XX]) {
      expect(other).toHaveProperty('responseTemplates');
      expect(other).not.toHaveProperty('statusCode');
    }
  });
});
