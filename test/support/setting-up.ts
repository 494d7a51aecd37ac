import { hash } from 'node:crypto';
import type { Received, Sent } from '../../shared/contract/operations.ts';
import type { UploadView } from '../../shared/contract/versions.ts';
import { aName } from './names.ts';
import type { TestTenant } from './registry.ts';

/** Files by their paths. */
export type Contents = Readonly<Record<string, string | Uint8Array>>;
export type RegisteredFile = NonNullable<Sent<'registerVersion'>['files']>[number];

/** The name of a new model. */
export async function aModelOf({ publisher }: TestTenant, model = aName('model')): Promise<string> {
  await publisher.createModel({ model });
  return model;
}

/** The name of a new model whose lifecycle is open. */
export async function anOpenModelOf(tenant: TestTenant): Promise<string> {
  const model = await aModelOf(tenant);
  await tenant.admin.putPolicy({ model, policy: { lifecycle: 'open' } });
  return model;
}

/** The number of a new version that is complete at once, because its files are kept elsewhere. */
export async function aVersionOf(
  { publisher }: TestTenant,
  model: string,
  over: Partial<Sent<'registerVersion'>> = {},
): Promise<number> {
  const { version } = await publisher.registerVersion({ model, source: `s3://elsewhere/${aName('model')}`, ...over });
  return version.version;
}

/** The number of a new version that went all the way to a stage. */
export async function aVersionIn(
  tenant: TestTenant,
  model: string,
  stage: 'staging' | 'production' | 'archived',
): Promise<number> {
  const version = await aVersionOf(tenant, model);
  await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
  if (stage === 'production') await tenant.releaser.promoteVersion({ model, version, stage });
  if (stage === 'archived') await tenant.releaser.archiveVersion({ model, version });
  return version;
}

/** The number of a new version with these files, uploaded and proved. */
export async function aVersionWith(tenant: TestTenant, model: string, contents: Contents): Promise<number> {
  const { version } = await anUploadOf(tenant, model, contents);
  await tenant.publisher.completeVersion({ model, version });
  return version;
}

/** A new version with these files, all of them sent, that is to be completed. */
export async function anUploadOf(
  { publisher }: TestTenant,
  model: string,
  contents: Contents,
): Promise<{ readonly version: number }> {
  const files = filesOf(contents);
  const { version, uploads } = await publisher.registerVersion({ model, files });
  await sendAll(uploads, contents);
  return { version: version.version };
}

/** What a registration says of files. */
export const filesOf = (contents: Contents): RegisteredFile[] =>
  Object.entries(contents).map(([path, content]) => ({
    path,
    bytes: Buffer.byteLength(content),
    sha256: hash('sha256', content, 'hex'),
  }));

/** Sends the bytes that uploads of one piece ask for. */
export async function sendAll(uploads: readonly UploadView[], contents: Contents): Promise<void> {
  const bySha256 = new Map(Object.values(contents).map((content) => [hash('sha256', content, 'hex'), content]));
  for (const { sha256, request } of uploads) {
    const answer = await sent(request, bySha256.get(sha256) ?? '');
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }
}

/** Makes a signed request, exactly as it was given. */
export const sent = (
  { method, url, headers }: Received<'registerVersion'>['uploads'][number]['request'],
  body?: string | Uint8Array,
): Promise<Response> => {
  // Whoever sends the bytes says how many they are: fetch takes no such header.
  const { 'content-length': _, ...others } = headers;
  return fetch(url, {
    method,
    headers: others,
    ...(body !== undefined && { body: new Uint8Array(Buffer.from(body)) }),
  });
};
