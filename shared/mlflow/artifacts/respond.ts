import type { APIGatewayProxyEvent } from 'aws-lambda';
import { Failure } from '../../errors.ts';
import { answerAndLog, type Seen } from '../../http/answer.ts';
import { plainContext } from '../../http/context.ts';
import type { Context } from '../../http/endpoint.ts';
import { callerWith, identityIn } from '../../http/identity.ts';
import { HEADERS, type Response } from '../../http/problem.ts';
import type { Services } from '../../http/services.ts';
import { mlflowError } from '../errors.ts';
import { inputOf } from '../request.ts';
import { workspaceOf } from '../workspace.ts';
import { getFile, listFiles, presignFile } from './downloads.ts';
import { type ArtifactCall, type ArtifactInput, artifactCallOf, artifactRoutes } from './routes.ts';
import { abortUpload, beginUpload, completeUpload, putFile, removeFiles } from './uploads.ts';

/**
 * A call of MLflow's artifact protocol. Bytes go to and from the object store by presigned URLs; the small files of clients
 * that know of none come this way.
 */
export const respondToArtifacts = (event: APIGatewayProxyEvent, services: Services): Promise<Response> =>
  answerAndLog(event, services, `mlflow-artifacts ${event.httpMethod}`, {
    answer: (seen) => answered(event, services, seen),
    refuse: mlflowError,
  });

async function answered(event: APIGatewayProxyEvent, services: Services, seen: Seen): Promise<Response> {
  const identity = identityIn(event, services);
  if (!identity) throw new Failure('caller.unknown', 'The request is not signed by a principal that is known here.');
  const [call, path] = artifactCallOf(event);
  seen.operation = `mlflow-artifacts.${call}`;

  const caller = await callerWith(identity, workspaceOf(event), services);
  seen.caller = caller;
  const context = plainContext(event, caller, services, () => '');
  const response = await answers[call](context, path, event);
  return { ...response, headers: { ...HEADERS, ...response.headers, 'x-request-id': context.requestId } };
}

type Answers = Readonly<
  Record<ArtifactCall, (context: Context, path: string, event: APIGatewayProxyEvent) => Promise<Response>>
>;

const answers: Answers = {
  list: async (context, _, event) => json(await listFiles(context, inputFor('list', event).path)),
  get: getFile,
  presign: async (context, path) => json(await presignFile(context, path)),
  put: async (context, path, event) => json(await putFile(context, path, bytesOf(event))),
  remove: async (context, path) => json(await removeFiles(context, path)),
  begin: async (context, path, event) => json(await beginUpload(context, path, inputFor('begin', event))),
  complete: async (context, path, event) => json(await completeUpload(context, path, inputFor('complete', event))),
  abort: async (context, path, event) => json(await abortUpload(context, path, inputFor('abort', event))),
};

const inputFor = <C extends ArtifactCall>(call: C, event: APIGatewayProxyEvent): ArtifactInput<C> =>
  inputOf(artifactRoutes[call], event) as ArtifactInput<C>;

const json = (message: object): Response => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(message),
});

const bytesOf = ({ body, isBase64Encoded }: APIGatewayProxyEvent): Uint8Array =>
  Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
