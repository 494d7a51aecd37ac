import type { Credential } from '../../local/sigv4.ts';
import type { TestRegistry } from '../support/registry.ts';

const ROOT = '/api/2.0/mlflow-artifacts';
const JSON_TYPE = { 'content-type': 'application/json' };

/** The path of a URL that a version's files are read from, below the artifacts. */
export const pathIn = (uri: string): string => uri.split('/mlflow-artifacts/artifacts/')[1] ?? '';

/** What MLflow's client asks of files, for whoever has these keys. */
export function artifactsOf(registry: TestRegistry, as: Credential) {
  const get = (target: string) => registry.raw('GET', ROOT + target, { as });
  const post = (target: string, body: object) =>
    registry.raw('POST', ROOT + target, { as, headers: JSON_TYPE, body: JSON.stringify(body) });
  const mlflow = (method: string, target: string, body: object) =>
    registry.raw(method, `/api/2.0/mlflow${target}`, { as, headers: JSON_TYPE, body: JSON.stringify(body) });

  return {
    list: (path: string) => get(`/artifacts?path=${encodeURIComponent(path)}`),
    presigned: (path: string) => get(`/presigned/${path}`),
    get: (path: string) => get(`/artifacts/${path}`),
    put: (path: string, body: string | Uint8Array) =>
      registry.raw('PUT', `${ROOT}/artifacts/${path}`, { as, body, headers: { 'content-type': 'application/x-any' } }),
    remove: (path: string) => registry.raw('DELETE', `${ROOT}/artifacts/${path}`, { as }),
    begin: (directory: string, path: string, parts = 1) => post(`/mpu/create/${directory}`, { path, num_parts: parts }),
    complete: (directory: string, path: string, upload: string, parts: readonly object[]) =>
      post(`/mpu/complete/${directory}`, { path, upload_id: upload, parts }),
    abort: (directory: string, path: string, upload: string) =>
      post(`/mpu/abort/${directory}`, { path, upload_id: upload }),
    /** What `MlflowClient.create_model_version` asks, and whatever else is posted. */
    createVersion: (input: object) => mlflow('POST', '/model-versions/create', input),
    getVersion: (name: string, version: number | string) =>
      registry.raw('GET', `/api/2.0/mlflow/model-versions/get?name=${name}&version=${version}`, { as }),
    downloadUri: (name: string, version: number) =>
      registry.raw('GET', `/api/2.0/mlflow/model-versions/get-download-uri?name=${name}&version=${version}`, { as }),
  };
}

/** Sends one part to its URL, with what the client knows of it. */
export async function sendPart(credential: { url: string; part_number: number }, body: Uint8Array | string) {
  const answer = await fetch(credential.url, { method: 'PUT', body });
  return { part_number: credential.part_number, etag: answer.headers.get('etag') ?? '' };
}

/** Uploads a file as the newest client does: in one part, whatever its size. */
export async function uploaded(
  files: ReturnType<typeof artifactsOf>,
  directory: string,
  name: string,
  body: Uint8Array | string,
): Promise<void> {
  const begun = await files.begin(directory, name);
  const part = await sendPart(begun.body.credentials[0], body);
  const done = await files.complete(directory, name, begun.body.upload_id, [part]);
  if (done.status !== 200) throw new Error(done.text);
}
