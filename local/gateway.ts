import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { FacadeName } from '../shared/contract/facade.ts';
import type { OperationName } from '../shared/contract/operations.ts';
import { Failure } from '../shared/errors.ts';
import type { Endpoint } from '../shared/http/endpoint.ts';
import { contextOfIdentity } from '../shared/http/identity.ts';
import type { Response } from '../shared/http/problem.ts';
import { respond } from '../shared/http/respond.ts';
import type { Services } from '../shared/http/services.ts';
import { BODY_BYTES_MAX } from '../shared/http/wire.ts';
import { respondToArtifacts } from '../shared/mlflow/artifacts/respond.ts';
import { pathOf } from '../shared/mlflow/base.ts';
import { respondToMlflow } from '../shared/mlflow/respond.ts';
import { publicAnswer } from '../shared/mlflow/server-info.ts';
import { authenticate, noToken } from '../shared/tokens/authenticate.ts';
import { isOfToken } from '../shared/tokens/presented.ts';
import { bodyOf, textOf } from './gateway/body.ts';
import { eventOf, type Proof } from './gateway/event.ts';
import { CLOCK_PATH, putForward } from './gateway/put-forward.ts';
import { checkQuery } from './gateway/query.ts';
import { plain, type RequestHead, refused } from './gateway/refused.ts';
import { isOfArtifacts, isOfMlflow, methodsAt, routeOf } from './gateway/routes.ts';
import { send } from './gateway/send.ts';
import { type Credential, verifySignature } from './sigv4.ts';

export interface GatewayOptions {
  readonly endpoints: Readonly<Record<OperationName, Endpoint>>;
  readonly services: Services;
  readonly region: string;
  readonly credentials: (accessKeyId: string) => Credential | undefined;
  /** Where clients find the registry, if not where they say that they asked. */
  readonly endpoint?: string | undefined;
  /** When requests are signed, which is not what time it is for the registry where its clock was put forward. */
  readonly signedAt: () => Date;
  /** Lets time pass; nothing where the clock is the machine's. */
  readonly advance?: ((milliseconds: number) => Promise<void>) | undefined;
}

/**
 * What API Gateway does for a REST API with IAM authorisation: finds the operation, proves who calls, and hands its
 * function an event. `GET /health` is its own: it needs no signature, and says that requests are answered.
 */
export function gateway(options: GatewayOptions): (message: IncomingMessage, response: ServerResponse) => void {
  const handle = async (message: IncomingMessage, response: ServerResponse) => {
    const head = headOf(message);
    const answer = await answered(message, head, options).catch((error: unknown) => refused(error, head, options));
    await send(message, response, answer).catch((error: unknown) => {
      response.destroy();
      if (!message.destroyed)
        options.services.log({ code: 'request.failed', requestId: head.id, operation: head.path, error });
    });
  };
  return (message, response) => void handle(message, response);
}

function headOf({ method = '', url = '' }: IncomingMessage): RequestHead {
  const [path = ''] = url.split('?', 1);
  return { id: randomUUID(), begun: performance.now(), method, path };
}

async function answered(message: IncomingMessage, head: RequestHead, options: GatewayOptions): Promise<Response> {
  const { id, method, path } = head;
  if (path === '/health' && ['GET', 'HEAD'].includes(method)) {
    return plain(200, id, { 'content-type': 'application/json' }, JSON.stringify({ status: 'ok' }));
  }
  const { endpoints, services } = options;
  const open = publicAnswer(method, pathOf(path), id);
  if (open) return open;
  if (path === CLOCK_PATH && method === 'POST') {
    const body = await bodyOf(message, BODY_BYTES_MAX);
    return putForward({ id, body, credential: signerOf(message, body, options) }, options);
  }
  const route = routeOf(method, path);
  if (!route) return unrouted(head);

  checkQuery(message.url ?? '');
  const isFile = isOfArtifacts(path);
  const body = await bodyOf(message, isFile ? FILE_BYTES_MAX : BODY_BYTES_MAX);
  const proof = await proofOf(message, body, options);
  const request = {
    requestId: id,
    method,
    url: message.url ?? '',
    headers: message.rawHeaders,
    body: isFile ? body.toString('base64') : textOf(body),
    isBase64Encoded: isFile,
    sourceIp: message.socket.remoteAddress ?? '',
    at: services.now(),
    endpoint: options.endpoint ?? reachedAt(message),
  };
  const event = eventOf(request, route, proof);
  return isFacade(route.name) ? facades[route.name](event, services) : respond(endpoints[route.name], event, services);
}

/** How the caller wrote the address. MLflow's signer leaves out the port, which is the one of the connection. */
function reachedAt({ headers: { host = '' }, socket }: IncomingMessage): string | undefined {
  const url = `http://${/:\d+$/.test(host) ? host : `${host}:${socket.localPort}`}`;
  return URL.canParse(url) ? url : undefined;
}

const facades: Readonly<Record<FacadeName, (event: APIGatewayProxyEvent, services: Services) => Promise<Response>>> = {
  mlflow: respondToMlflow,
  mlflowArtifacts: respondToArtifacts,
};
const isFacade = (name: OperationName | FacadeName): name is FacadeName => Object.hasOwn(facades, name);

/** As Lambda does, where files that are sent whole are refused at 4 MiB: so much, and what stands around it. */
const FILE_BYTES_MAX = 6_000_000;

/** As in API Gateway, a method that is not there is not told from a path that is not there: both are 404. */
function unrouted({ id, method, path }: RequestHead): Response {
  const methods = methodsAt(path);
  if (method === 'OPTIONS' && methods.length > 0) return plain(204, id, { allow: methods.join(', ') });

  const instead = methods.length > 0 ? `, and there is ${methods.join(', ')}` : '';
  throw new Failure('route.not_found', `There is no ${method} ${path}${instead}.`);
}

/**
 * Calls of MLflow's clients come signed or with a token, and below `/token` with a token alone, as on AWS.
 * @throws Failure `caller.unknown`
 */
async function proofOf(message: IncomingMessage, body: Buffer, options: GatewayOptions): Promise<Proof> {
  const { url = '', headersDistinct } = message;
  const [header, ...others] = headersDistinct['authorization'] ?? [];
  const takesTokens = isOfMlflow(url) && (isOfToken(header) || url !== pathOf(url));
  if (!takesTokens) return signerOf(message, body, options);
  if (others.length > 0) throw noToken();
  return { authorizer: contextOfIdentity(await authenticate(header, options.services)) };
}

/** @throws Failure `caller.unknown`, saying what is wrong with the signature */
function signerOf(
  message: IncomingMessage,
  body: Buffer,
  { signedAt, region, credentials }: GatewayOptions,
): Credential {
  const { method = '', url = '', headersDistinct: headers } = message;
  const expected = { service: 'execute-api', region, credentials, now: signedAt() } as const;
  const request = { method, url, headers, body };
  const signed = verifySignature(request, expected);
  const verdict = signed.ok || !isOfMlflow(url) ? signed : verifySignature({ ...request, rawQuery: true }, expected);
  if (!verdict.ok) throw new Failure('caller.unknown', verdict.message);
  return verdict.credential;
}
