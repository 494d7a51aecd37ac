import { Aws } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type AuthorizerName, authorizers } from '../shared/contract/authorizer.ts';
import { type FacadeName, type FacadePath, facadeRows } from '../shared/contract/facade.ts';
import { SECURITY, SECURITY_SCHEMES } from '../shared/contract/openapi/components.ts';
import { pathsOf } from '../shared/contract/openapi.ts';
import { pathParameters } from '../shared/contract/operation.ts';
import type { OperationName } from '../shared/contract/operations.ts';
import type { Config } from './config/config.ts';
import { gatewayResponses } from './gateway-responses.ts';

/**
 * The API as API Gateway takes it: a method for each row, for signed requests alone, answered by its function. Schemas
 * are left to the functions, which know more of them than JSON Schema can say.
 */
export const apiDefinition = (
  functions: Readonly<Record<OperationName | FacadeName | AuthorizerName, IFunction>>,
  { stackName, isEmulated, membershipSeconds }: Pick<Config, 'stackName' | 'isEmulated' | 'membershipSeconds'>,
) => ({
  openapi: '3.0.1',
  info: { title: stackName, version: '1' },
  paths: { ...operationPaths(functions, isEmulated), ...facadePaths(functions) },
  components: {
    securitySchemes: { ...SECURITY_SCHEMES, token: tokenScheme(functions.authorizeToken, membershipSeconds) },
  },
  'x-amazon-apigateway-gateway-responses': gatewayResponses(),
  // Files that clients send whole are of any type: as a text, their bytes would arrive changed.
  'x-amazon-apigateway-binary-media-types': ['*/*'],
});

const operationPaths = (functions: Readonly<Record<OperationName, IFunction>>, isEmulated: boolean | undefined) =>
  pathsOf((name, operation) => ({
    operationId: name,
    summary: operation.summary,
    parameters: pathParameters(operation).map((parameter) => ({
      name: parameter,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    security: SECURITY,
    responses: { default: { description: 'As docs/openapi.json says.' } },
    'x-amazon-apigateway-integration': {
      type: 'aws_proxy',
      httpMethod: 'POST',
      uri: uriOf(functions[name], operation.stream === true && !isEmulated),
      ...(operation.stream && !isEmulated
        ? { responseTransferMode: 'STREAM', timeoutInMillis: STREAM_MS_MAX }
        : { responseTransferMode: 'BUFFERED' }),
    },
  }));

/**
 * Whoever has a token in the header, as the function says. Its word is remembered for as long as memberships are: what
 * is revoked is refused a minute later at most.
 */
const tokenScheme = (authorizer: IFunction, seconds: number) => ({
  type: 'apiKey',
  name: authorizers.authorizeToken.header,
  in: 'header',
  'x-amazon-apigateway-authtype': 'custom',
  'x-amazon-apigateway-authorizer': {
    type: 'request',
    identitySource: `method.request.header.${authorizers.authorizeToken.header}`,
    authorizerUri: uriOf(authorizer, false),
    authorizerResultTtlInSeconds: seconds,
  },
});

const SECURITY_OF: Readonly<Record<FacadePath['proof'], readonly object[]>> = {
  signature: SECURITY,
  token: [{ token: [] }],
  none: [],
};

/** All that is asked at these paths is answered by one function. */
const facadePaths = (functions: Readonly<Record<FacadeName, IFunction>>) =>
  Object.fromEntries(
    facadeRows.flatMap(([name, { summary, paths }]) =>
      paths.map(({ path, proof }, index) => [
        path,
        {
          'x-amazon-apigateway-any-method': {
            operationId: `${name}${index}`,
            summary,
            parameters: path.includes('{')
              ? [{ name: 'call', in: 'path', required: true, schema: { type: 'string' } }]
              : [],
            security: SECURITY_OF[proof],
            responses: { default: { description: 'As docs/mlflow.md says.' } },
            'x-amazon-apigateway-integration': {
              type: 'aws_proxy',
              httpMethod: 'POST',
              uri: uriOf(functions[name], false),
              responseTransferMode: 'BUFFERED',
            },
          },
        },
      ]),
    ),
  );

/**
 * As long as a function may run. Without it API Gateway ends a stream after 29 seconds, as it does every other answer,
 * of which the account's quota allows no more.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
 */
const STREAM_MS_MAX = 15 * 60 * 1_000;

const uriOf = (one: IFunction, isStreamed: boolean): string =>
  `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/${invocation(one, isStreamed)}`;

const invocation = ({ functionArn }: IFunction, isStreamed: boolean): string =>
  isStreamed
    ? `2021-11-15/functions/${functionArn}/response-streaming-invocations`
    : `2015-03-31/functions/${functionArn}/invocations`;
