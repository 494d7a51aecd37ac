import { FAILURES, type FailureCode, problemType } from '../shared/errors.ts';
import { mlflowCodeOf } from '../shared/mlflow/errors.ts';

/**
 * What API Gateway answers by itself, without a function, as the problems that functions answer. What AWS calls a
 * missing token is also its answer to a route that is not there: the two cannot be told apart.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const RESPONSES: Readonly<Record<string, FailureCode>> = {
  MISSING_AUTHENTICATION_TOKEN: 'caller.unknown',
  INVALID_SIGNATURE: 'caller.unknown',
  EXPIRED_TOKEN: 'caller.unknown',
  UNAUTHORIZED: 'caller.unknown',
  ACCESS_DENIED: 'caller.forbidden',
  BAD_REQUEST_BODY: 'request.invalid',
  BAD_REQUEST_PARAMETERS: 'request.invalid',
  UNSUPPORTED_MEDIA_TYPE: 'request.invalid',
  REQUEST_TOO_LARGE: 'request.too_large',
  RESOURCE_NOT_FOUND: 'route.not_found',
  THROTTLED: 'request.throttled',
  QUOTA_EXCEEDED: 'request.throttled',
  WAF_FILTERED: 'caller.forbidden',
  INTEGRATION_TIMEOUT: 'server.slow',
};

/** The extension of OpenAPI by which API Gateway takes them. */
export const gatewayResponses = () => ({
  ...Object.fromEntries(Object.entries(RESPONSES).map(([type, code]) => [type, known(code)])),
  DEFAULT_4XX: { responseParameters, responseTemplates: template({ ...BASE, title: 'The request was refused' }) },
  DEFAULT_5XX: { responseParameters, responseTemplates: template({ ...BASE, title: 'Internal error' }) },
});

/** What is the same for each; the status of the two defaults is whatever API Gateway chose. */
const BASE = { type: 'about:blank', requestId: '$context.requestId' };

const responseParameters = {
  'gatewayresponse.header.Content-Type': "'application/problem+json'",
  'gatewayresponse.header.Cache-Control': "'no-store'",
  'gatewayresponse.header.X-Request-Id': 'context.requestId',
};

function known(code: FailureCode) {
  const { status, title, hint } = FAILURES[code];
  // MLflow's client looks for its own code in any answer, and takes one without it for an accident.
  const body = { ...BASE, type: problemType(code), title, status, code, hint, error_code: mlflowCodeOf(code) };
  return { statusCode: String(status), responseParameters, responseTemplates: template(body, DETAIL) };
}

/** API Gateway puts its own words in quotes; MLflow's client shows those that are called `message`. */
const DETAIL = '"detail":$context.error.messageString,"message":$context.error.messageString';

const template = (body: object, detail = '') => ({
  'application/json': JSON.stringify(body).replace(/}$/, detail === '' ? '}' : `,${detail}}`),
});
