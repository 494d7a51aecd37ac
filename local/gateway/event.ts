import type { APIGatewayProxyEvent } from 'aws-lambda';
import { headerOf } from '../../shared/http/header.ts';
import type { Credential } from '../sigv4.ts';
import type { Route } from './routes.ts';

/** A request as it came over the wire: `url` is path and query, still encoded; `headers` are names and values in turn. */
export interface GatewayRequest {
  readonly requestId: string;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string;
  /** Whether the body is bytes of any kind. */
  readonly isBase64Encoded: boolean;
  readonly sourceIp: string;
  readonly at: Date;
  /** Where clients find the registry, if not where they say that they asked. */
  readonly endpoint?: string | undefined;
}

/** What proved who calls: the key that signed, or what an authorizer says. */
export type Proof = Credential | { readonly authorizer: Readonly<Record<string, string>> };

/** The account that owns this API. It is nobody's who calls. */
const OWNER = '000000000000';
const STAGE = 'local';

/**
 * The event that API Gateway gives to the Lambda of a REST API with IAM authorisation, or behind an authorizer.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function eventOf(request: GatewayRequest, route: Route, proof: Proof): APIGatewayProxyEvent {
  const { method, url, requestId, at, body, isBase64Encoded } = request;
  const [path = '', search = ''] = url.split(/\?(.*)/s);
  const sent = multiValues(headerPairs(request.headers));
  const endpoint = request.endpoint === undefined ? undefined : new URL(request.endpoint);
  const allHeaders = { ...sent, 'X-Forwarded-Proto': [endpoint?.protocol.slice(0, -1) ?? 'http'] };
  const headers = lastValues(allHeaders);
  const query = multiValues(search === '' ? [] : [...new URLSearchParams(search)]);
  const { pathParameters, resource } = route;
  return {
    resource,
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: allHeaders,
    queryStringParameters: orNull(lastValues(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull(pathParameters),
    stageVariables: null,
    requestContext: {
      accountId: OWNER,
      apiId: 'local',
      authorizer: 'authorizer' in proof ? proof.authorizer : null,
      domainName: endpoint?.host ?? headerOf({ headers }, 'Host'),
      extendedRequestId: requestId,
      httpMethod: method,
      identity: identityOf(request, 'authorizer' in proof ? undefined : proof, headers['User-Agent']),
      // As of a domain of one's own: there is no stage in the URL.
      path,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: clfTime(at),
      requestTimeEpoch: at.getTime(),
      resourceId: route.name,
      resourcePath: resource,
      stage: STAGE,
    },
    body: body === '' ? null : body,
    isBase64Encoded,
  };
}

function identityOf({ sourceIp }: GatewayRequest, signer: Credential | undefined, userAgent?: string) {
  const arn = signer?.arn ?? null;
  return {
    accessKey: signer?.accessKeyId ?? null,
    accountId: signer?.accountId ?? null,
    apiKey: null,
    apiKeyId: null,
    caller: arn,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp,
    user: arn,
    userAgent: userAgent ?? null,
    userArn: arn,
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time as web servers log it: `09/Apr/2026:12:34:56 +0000`. */
function clfTime(at: Date): string {
  const iso = at.toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[at.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** What proves the identity goes no further than this, and what the gateway says itself no client can say. */
const DROPPED = ['authorization', 'x-amz-security-token', 'x-forwarded-proto'];

/** Headers keep the case in which they were sent, which means nothing. */
function headerPairs(raw: readonly string[]): [string, string][] {
  const spellings = new Map<string, string>();
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = '', value = ''] = raw.slice(at, at + 2);
    const plain = name.toLowerCase();
    if (DROPPED.includes(plain)) continue;
    spellings.set(plain, spellings.get(plain) ?? name);
    pairs.push([spellings.get(plain) ?? name, value]);
  }
  return pairs;
}

function multiValues(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const found = values.get(name);
    if (found) found.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries(values);
}

const lastValues = (values: Readonly<Record<string, string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));

const orNull = <T extends object>(values: T): T | null => (Object.keys(values).length === 0 ? null : values);
