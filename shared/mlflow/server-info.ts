import { HEADERS, type Response } from '../http/problem.ts';

/** The MLflow whose protocol this is: clients compare it with their own and warn where it is older. */
const PROTOCOL = '3.18.0';

/** What clients ask before they ask anything else, to know how to go on. */
const SERVER_INFO = {
  store_type: 'SignetStore',
  /** A workspace is a tenant. */
  workspaces_enabled: true,
  trace_archival_enabled: false,
  multipart_uploads_enabled: true,
  multipart_downloads_enabled: true,
  artifact_serving_enabled: true,
  presigned_upload_run_id_supported: false,
  presigned_upload_model_id_supported: false,
  model_artifact_presigned_downloads_supported: false,
  /** Whoever knows of presigned URLs uses nothing else; the others are answered as well. */
  artifacts_presigned_only: true,
};

const ANSWERS: Readonly<Record<string, readonly [type: string, body: string]>> = {
  '/api/3.0/mlflow/server-info': ['application/json', JSON.stringify(SERVER_INFO)],
  '/ajax-api/3.0/mlflow/server-info': ['application/json', JSON.stringify(SERVER_INFO)],
  '/version': ['text/plain', PROTOCOL],
  '/health': ['text/plain', 'OK'],
};

/** The answer to a question that needs no caller. */
export function publicAnswer(method: string, path: string, requestId: string): Response | undefined {
  const answer = Object.hasOwn(ANSWERS, path) ? ANSWERS[path] : undefined;
  if (!answer || (method !== 'GET' && method !== 'HEAD')) return undefined;
  const [type, body] = answer;
  return { statusCode: 200, headers: { ...HEADERS, 'content-type': type, 'x-request-id': requestId }, body };
}
