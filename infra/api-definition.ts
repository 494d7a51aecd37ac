import { Aws } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type FacadeName, facadeRows } from '../shared/contract/facade.ts';
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
  functions: Readonly<Record<OperationName | FacadeName, IFunction>>,
  { stackName, isEmulated }: Pick<Config, 'stackName' | 'isEmulated'>,
) => ({
  openapi: '3.0.1',
  info: { title: stackName, version: '1' },
  paths: { ...operationPaths(functions, isEmulated), ...facadePaths(functions) },
  components: { securitySchemes: SECURITY_SCHEMES },
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

/** All that is asked at these paths, for signed requests alone, is answered by one function. */
const facadePaths = (functions: Readonly<Record<FacadeName, IFunction>>) =>
  Object.fromEntries(
    facadeRows.flatMap(([name, { summary, paths }]) =>
      paths.map((path, index) => [
        path,
        {
          'x-amazon-apigateway-any-method': {
            operationId: `${name}${index}`,
            summary,
            parameters: path.includes('{')
              ? [{ name: 'call', in: 'path', required: true, schema: { type: 'string' } }]
              : [],
            security: SECURITY,
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
