import pLimit from 'p-limit';
import { objectKey, partBytes, partsOf, type RegisteredFile } from '../domain/artifact.ts';
import type { Sha256, TenantId } from '../domain/names.ts';
import type { Artifacts, SignedRequest } from './artifacts.ts';

/** How many URLs are given at a time, and how long an upload may begin after its URL was given, in seconds. */
const UPLOADS_MAX = 500;
const URL_SECONDS = 60 * 60;
/** How many questions the object store is asked at once. */
const CONCURRENCY = 32;

/** A request that uploads a whole file, or the part of it with this number. `sha256` is the file's; `bytes` are what travels. */
export interface UploadRequest {
  readonly sha256: Sha256;
  readonly part?: number;
  readonly bytes: number;
  readonly request: SignedRequest;
}

/** What is still to be uploaded: 500 requests at most, and whether there is more than these. */
export interface MissingUploads {
  readonly uploads: UploadRequest[];
  readonly more: boolean;
}

/** The uploads of what a tenant does not have yet of these files. */
export async function missingUploads(
  artifacts: Artifacts,
  tenant: TenantId,
  files: readonly RegisteredFile[],
): Promise<MissingUploads> {
  const limit = pLimit(CONCURRENCY);
  const different = [...new Map(files.map((file) => [file.sha256, file])).values()];
  const missing: Piece[] = [];
  for (let from = 0; from < different.length && missing.length <= UPLOADS_MAX; from += UPLOADS_MAX) {
    const some = different.slice(from, from + UPLOADS_MAX);
    const pieces = await Promise.all(some.map((file) => limit(() => missingPieces(artifacts, tenant, file))));
    missing.push(...pieces.flat());
  }
  const uploads = await Promise.all(missing.slice(0, UPLOADS_MAX).map((piece) => signed(artifacts, tenant, piece)));
  return { uploads, more: missing.length > UPLOADS_MAX };
}

/** A whole file, or one part of it with a digest of its own. */
interface Piece {
  readonly file: RegisteredFile;
  readonly of?: { readonly uploadId: string; readonly part: number; readonly sha256: Sha256 };
}

async function missingPieces(artifacts: Artifacts, tenant: TenantId, file: RegisteredFile): Promise<Piece[]> {
  const key = objectKey(tenant, file.sha256);
  if (await artifacts.stat(key)) return [];
  if (partsOf(file.bytes) === 0) return [{ file }];

  const { uploadId, parts } = await artifacts.openUpload(key);
  const there = new Map(parts.map(({ part, sha256 }) => [part, sha256]));
  return (file.parts ?? []).flatMap((sha256, index) =>
    there.get(index + 1) === sha256 ? [] : [{ file, of: { uploadId, part: index + 1, sha256 } }],
  );
}

async function signed(artifacts: Artifacts, tenant: TenantId, { file, of }: Piece): Promise<UploadRequest> {
  const { sha256, bytes } = file;
  const key = objectKey(tenant, sha256);
  if (!of) return { sha256, bytes, request: await artifacts.presignPut(key, { bytes, sha256 }, URL_SECONDS) };

  const content = { bytes: partBytes(bytes, of.part), sha256: of.sha256 };
  const request = await artifacts.presignPart(key, of.uploadId, of.part, content, URL_SECONDS);
  return { sha256, part: of.part, bytes: content.bytes, request };
}
