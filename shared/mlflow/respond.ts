import type { APIGatewayProxyEvent } from 'aws-lambda';
import { digestOf } from '../domain/canonical.ts';
import { Failure } from '../errors.ts';
import { answerAndLog, type Seen } from '../http/answer.ts';
import { authorise, type Caller } from '../http/caller.ts';
import { plainContext } from '../http/context.ts';
import { callerWith, identityIn } from '../http/identity.ts';
import { HEADERS, type Response } from '../http/problem.ts';
import type { Services } from '../http/services.ts';
import { baseOf, pathOf } from './base.ts';
import type { Answer, MlflowContext } from './call.ts';
import { calls } from './calls.ts';
import { mlflowError } from './errors.ts';
import { inputOf } from './request.ts';
import { callAt, type MlflowCall } from './routes.ts';
import { publicAnswer } from './server-info.ts';
import { workspaceOf } from './workspace.ts';

/**
 * A call of MLflow's client in, an answer as it expects it out. It is the path that native operations take: the same
 * callers, roles, rules and store, with other words around them.
 */
export async function respondToMlflow(event: APIGatewayProxyEvent, services: Services): Promise<Response> {
  const { httpMethod, requestContext } = event;
  const path = pathOf(event.path);
  const open = publicAnswer(httpMethod, path, requestContext.requestId);
  if (open) return open;

  return answerAndLog(event, services, `mlflow ${httpMethod} ${path}`, {
    answer: (seen) => answered(event, services, seen),
    refuse: mlflowError,
  });
}

async function answered(event: APIGatewayProxyEvent, services: Services, seen: Seen): Promise<Response> {
  const identity = identityIn(event, services);
  if (!identity) throw new Failure('caller.unknown', 'The request is not signed by a principal that is known here.');

  const below = /^\/(?:ajax-)?api\/2\.0\/(?:preview\/)?mlflow(\/.*)$/.exec(pathOf(event.path))?.[1];
  const { call, route, inPath } = (below !== undefined && callAt(event.httpMethod, below)) || unrouted(event);
  seen.operation = `mlflow.${call}`;

  const input = inputOf(route, event, inPath);
  const caller = await callerWith(identity, workspaceOf(event), services);
  seen.caller = caller;
  authorise(route, caller, route.tenantWide ? {} : { ...input, model: input['name'] });

  const answer: Answer<MlflowCall> = calls[call] as Answer<MlflowCall>;
  const message = await answer(input as never, contextOf(call, input, event, caller, services));
  return {
    statusCode: 200,
    headers: { ...HEADERS, 'content-type': 'application/json', 'x-request-id': event.requestContext.requestId },
    body: JSON.stringify(message),
  };
}

/** What the tracking server of a run has, and a registry has not, is absent here; anything else is no call at all. */
function unrouted({ httpMethod, path }: APIGatewayProxyEvent): never {
  if (/\/mlflow\/logged-models\//.test(path)) {
    throw new Failure('version.not_found', 'Logged models are kept by the tracking server, and this is a registry.');
  }
  throw new Failure(
    'route.not_found',
    `There is no ${httpMethod} ${path}: set MLFLOW_REGISTRY_URI to this registry, and MLFLOW_TRACKING_URI to a tracking server.`,
  );
}

function contextOf(
  call: MlflowCall,
  { page_token: token, max_results: _, ...filter }: Record<string, unknown>,
  event: APIGatewayProxyEvent,
  caller: Caller,
  services: Services,
): MlflowContext {
  const scope = () => `${caller.tenant}|mlflow.${call}|${digestOf(filter)}`;
  return {
    ...plainContext(event, caller, services, scope),
    base: baseOf(event),
    ...(typeof token === 'string' && token !== '' && { after: opened(token, scope(), services) }),
  };
}

function opened(token: string, scope: string, { cursors }: Services) {
  try {
    return cursors.open(token, scope);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = 'Invalid page token, could not base64-decode';
    throw new Failure(error.code, message, { issues: [{ field: 'page_token', message }], cause: error });
  }
}
