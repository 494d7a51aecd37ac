import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  ApiDefinition,
  EndpointType,
  AccessLogField as field,
  LogGroupLogDestination,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type AuthorizerName, authorizerRows } from '../shared/contract/authorizer.ts';
import { type FacadeName, facadeRows } from '../shared/contract/facade.ts';
import { type OperationName, rows } from '../shared/contract/operations.ts';
import { apiDefinition } from './api-definition.ts';
import type { Bundles } from './bundles.ts';
import { callersPolicy } from './callers-policy.ts';
import { constructId } from './construct-id.ts';
import { RegistryFunction, type Surroundings } from './registry-function.ts';

export interface ApiProps extends Omit<Surroundings, 'cursorKey'> {
  readonly bundles: Bundles;
}

/** What has a function behind the API. */
type ApiFunctionName = OperationName | FacadeName | AuthorizerName;

/** One route and one Lambda for each row of the operations table. */
export class Api extends Construct {
  readonly rest: SpecRestApi;
  /** A line for every request, whatever became of it. */
  readonly accessLog: LogGroup;
  readonly functions: Readonly<Record<ApiFunctionName, RegistryFunction>>;

  /** What cursors are sealed with. */
  readonly cursorKey: Key;

  constructor(scope: Construct, id: string, { bundles, ...props }: ApiProps) {
    super(scope, id);

    this.cursorKey = new Key(this, 'CursorKey', {
      description: 'Signet seals cursors with a key that is made from this one. They live for a day.',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { cursorKey } = this;
    this.functions = Object.fromEntries(
      [...rows, ...facadeRows, ...authorizerRows].map(([name, row]) => [
        name,
        new RegistryFunction(this, constructId(name), { ...props, cursorKey, row, bundle: bundles[name] }),
      ]),
    ) as Record<ApiFunctionName, RegistryFunction>;

    const { operationsKey, config } = props;
    const { stackName, throttle, logRetention, setsApiGatewayAccount } = config;
    this.accessLog = new LogGroup(this, 'AccessLog', { retention: logRetention, encryptionKey: operationsKey });
    this.rest = new SpecRestApi(this, 'Rest', {
      // Metrics know an API by its name alone: two stacks of an account must not share it.
      restApiName: stackName,
      description: 'Signet: a governed model registry',
      apiDefinition: ApiDefinition.fromInline(apiDefinition(this.functions, config)),
      endpointTypes: [EndpointType.REGIONAL],
      policy: callersPolicy(config),
      failOnWarnings: true,
      // In an account where nobody set it, no stage can have an access log. It stays: other APIs may rely on it by then.
      ...(setsApiGatewayAccount && { cloudWatchRole: true, cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      deployOptions: {
        tracingEnabled: true,
        metricsEnabled: true,
        throttlingRateLimit: throttle.requestsPerSecond,
        throttlingBurstLimit: throttle.burst,
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat: ACCESS_LOG,
      },
    });
    for (const [name, { method, path }] of rows) {
      this.functions[name].addPermission('Api', {
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: this.rest.arnForExecuteApi(method, path.replace(/\{\w+\}/g, '*'), '*'),
      });
    }
    for (const [name, { paths }] of facadeRows) {
      for (const [index, { path }] of paths.entries()) {
        this.functions[name].addPermission(`Api${index}`, {
          principal: new ServicePrincipal('apigateway.amazonaws.com'),
          sourceArn: this.rest.arnForExecuteApi('*', path.replace(/\{.*\}/, '*'), '*'),
        });
      }
    }
    for (const [name] of authorizerRows) {
      this.functions[name].addPermission('Api', {
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${this.rest.restApiId}/authorizers/*`,
      });
    }
  }
}

/**
 * A line for each request, also for those that no function saw. Its function's line has the same request id, and tells
 * tenant, operation and what was refused. Neither has a body, a header or a query: of an error only its kind, since the
 * message of a wrong signature has all that was to be signed in it, with tokens.
 */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    requestId: field.contextRequestId(),
    at: field.contextRequestTimeEpoch(),
    method: field.contextHttpMethod(),
    route: field.contextResourcePath(),
    status: field.contextStatus(),
    integrationStatus: field.contextIntegrationStatus(),
    caller: field.contextIdentityUserArn(),
    milliseconds: field.contextResponseLatency(),
    integrationMilliseconds: field.contextIntegrationLatency(),
    sourceIp: field.contextIdentitySourceIp(),
    error: field.contextErrorResponseType(),
  }),
);
