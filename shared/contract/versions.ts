import * as z from 'zod/mini';
import { ManifestFile, RegisteredFiles } from '../domain/artifact.ts';
import { Dependencies, Lineage, Metrics, NewSource } from '../domain/metadata.ts';
import { ModelName, Sha256, VersionNumber } from '../domain/names.ts';
import { NewSchema } from '../domain/schema.ts';
import { Stage } from '../domain/stage.ts';
import { Description, TagChanges, Tags } from '../domain/text.ts';
import * as examples from './examples.ts';
import { either, forcing, type Operations, page, paging, reasoned } from './operation.ts';
import { VersionView } from './views.ts';

/** A request that anyone who holds it may make until it expires: send it with exactly these headers. */
export const SignedRequestView = z.object({
  method: z.enum(['GET', 'PUT']),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
});

/** Bytes that the registry does not have yet: a whole file, or one part of it, counted from 1. */
export const UploadView = z.object({
  sha256: Sha256,
  part: z.optional(z.int()),
  bytes: z.int(),
  request: SignedRequestView,
});
export type UploadView = z.output<typeof UploadView>;

const one = { model: ModelName, version: VersionNumber };
const request = {
  method: 'PUT',
  url: 'https://bucket.example.com/t/acme/sha256/…',
  headers: { 'content-length': '12' },
};

/** What a version may be called besides its number. */
const Reference = z
  .string()
  .check(
    z.regex(/^(\d{1,8}|@[A-Za-z0-9_.-]{1,100}|staging|production)$/, 'expected 3, @champion, staging or production'),
  );

export const versionOperations = {
  registerVersion: {
    method: 'POST',
    path: '/v1/models/{model}/versions',
    summary: 'Register a version; upload what it still lacks, and complete it',
    access: { roles: ['publisher'] },
    input: z
      .strictObject({
        model: ModelName,
        files: z.optional(RegisteredFiles),
        source: z.optional(NewSource),
        description: z._default(Description, ''),
        tags: z._default(Tags, {}),
        metrics: z._default(Metrics, {}),
        schema: z.optional(NewSchema),
        lineage: z._default(Lineage, { datasets: [] }),
        dependsOn: z._default(Dependencies, []),
      })
      .check(either('files', 'source')),
    output: z.object({
      version: VersionView,
      /** At most 500 at a time. */
      uploads: z.array(UploadView),
      /** There is more to upload: send these, then register again. */
      more: z.boolean(),
    }),
    status: 201,
    failures: ['model.not_found', 'model.full', 'version.duplicate', 'dependency.not_found'],
    needs: ['table:read', 'table:write', 'table:note', 'artifacts:read', 'artifacts:write'],
    example: {
      input: {
        model: 'fraud-detector',
        files: [{ path: 'model.json', bytes: 12, sha256: examples.SHA256 }],
        description: examples.version.description,
        tags: examples.version.tags,
        metrics: examples.version.metrics,
        schema: examples.version.schema,
        lineage: examples.version.lineage,
        dependsOn: examples.version.dependsOn,
      },
      output: {
        version: { ...examples.version, state: 'uploading', stage: 'none' },
        uploads: [{ sha256: examples.SHA256, bytes: 12, request }],
        more: false,
      },
    },
  },
  completeVersion: {
    method: 'POST',
    path: '/v1/models/{model}/versions/{version}/complete',
    summary: 'Prove presence, size and SHA-256 of every file, and make the version complete',
    access: { roles: ['publisher'] },
    input: z.strictObject(one),
    output: VersionView,
    status: 200,
    failures: [
      'model.not_found',
      'version.not_found',
      'version.incomplete',
      'version.mismatch',
      'version.abandoned',
      'artifact.lost',
    ],
    needs: ['table:read', 'table:write', 'table:note', 'artifacts:read', 'artifacts:write'],
    long: true,
    example: { input: { model: 'fraud-detector', version: 3 }, output: examples.version },
  },
  getVersion: {
    method: 'GET',
    path: '/v1/models/{model}/versions/{version}',
    summary: 'Show a version',
    access: { roles: ['reader'] },
    input: z.strictObject(one),
    output: VersionView,
    status: 200,
    failures: ['model.not_found', 'version.not_found'],
    needs: ['table:read'],
    example: { input: { model: 'fraud-detector', version: 3 }, output: examples.version },
  },
  listVersions: {
    method: 'GET',
    path: '/v1/models/{model}/versions',
    summary: 'List the versions of a model, newest first',
    access: { roles: ['reader'] },
    input: z.strictObject({
      model: ModelName,
      stage: z.optional(Stage),
      order: z._default(z.enum(['ascending', 'descending']), 'descending'),
      ...paging,
    }),
    output: page(VersionView),
    status: 200,
    failures: ['model.not_found', 'cursor.invalid'],
    needs: ['table:read'],
    example: {
      input: { model: 'fraud-detector', stage: 'staging', order: 'descending', limit: 20 },
      output: { items: [examples.version] },
    },
  },
  updateVersion: {
    method: 'PATCH',
    path: '/v1/models/{model}/versions/{version}',
    summary: 'Change the description or tags of a version',
    access: { roles: ['publisher'] },
    input: z.strictObject({
      ...one,
      description: z.optional(Description),
      /** A text sets a tag, null removes it, the rest stay. */
      tags: z.optional(TagChanges),
    }),
    output: VersionView,
    status: 200,
    failures: ['model.not_found', 'version.not_found'],
    needs: ['table:read', 'table:write', 'table:note'],
    example: {
      input: { model: 'fraud-detector', version: 3, description: 'Trained on February.' },
      output: examples.version,
    },
  },
  deleteVersion: {
    method: 'DELETE',
    path: '/v1/models/{model}/versions/{version}',
    summary: 'Delete a version; its number and history stay',
    access: { roles: ['publisher', 'admin'], also: { where: 'force', roles: ['admin'] } },
    input: z.strictObject({ ...one, ...forcing }).check(reasoned),
    output: VersionView,
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'version.in_use', 'version.retained', 'hold.in_force'],
    needs: ['table:read', 'table:write', 'table:remove'],
    example: {
      input: { model: 'fraud-detector', version: 3 },
      output: { ...examples.version, state: 'deleted', stage: 'none' },
    },
  },
  getDownload: {
    method: 'GET',
    path: '/v1/models/{model}/versions/{version}/download',
    summary: 'List the files of a version, with a URL for each',
    access: { roles: ['reader'] },
    input: z.strictObject({
      ...one,
      limit: z._default(
        z
          .number()
          .check(z.int('expected a whole number'), z.gte(1, 'expected 1 or more'), z.lte(500, 'expected at most 500')),
        500,
      ),
      cursor: paging.cursor,
    }),
    output: z.extend(page(z.object({ ...ManifestFile.shape, request: SignedRequestView })), { rootDigest: Sha256 }),
    status: 200,
    failures: [
      'model.not_found',
      'version.not_found',
      'version.incomplete',
      'version.external',
      'artifact.lost',
      'artifact.deleted',
      'cursor.invalid',
    ],
    needs: ['table:read', 'artifacts:read'],
    example: {
      input: { model: 'fraud-detector', version: 3, limit: 500 },
      output: {
        rootDigest: examples.SHA256,
        items: [
          {
            path: 'model.json',
            bytes: 12,
            sha256: examples.SHA256,
            request: { ...request, method: 'GET', headers: {} },
          },
        ],
      },
    },
  },
  resolveVersion: {
    method: 'GET',
    path: '/v1/models/{model}/resolve',
    summary: 'Find the version that a number, an @alias or a stage names',
    access: { roles: ['reader'] },
    input: z.strictObject({ model: ModelName, reference: Reference }),
    output: VersionView,
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'alias.not_found', 'stage.empty'],
    needs: ['table:read'],
    example: { input: { model: 'fraud-detector', reference: '@champion' }, output: examples.version },
  },
} as const satisfies Operations;
