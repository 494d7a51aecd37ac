import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { Failure } from '../../errors.ts';
import { invalid, notUtf8 } from '../../http/invalid.ts';
import { pathOf } from '../base.ts';
import * as field from '../fields.ts';

/** The most parts that the answer with their URLs has room for: more than a file of 5 GiB can have. */
const PARTS_MAX = 1_024;

const partNumber = z
  .number('expected a number')
  .check(z.int('expected a whole number'), z.gte(1, 'expected 1 or more'));

/** What is asked of files, with what is said besides the path. */
export const artifactRoutes = {
  list: { method: 'GET', input: z.object({ path: z._default(z.string(), '') }) },
  get: { method: 'GET', input: z.object({}) },
  put: { method: 'PUT', input: z.object({}) },
  remove: { method: 'DELETE', input: z.object({}) },
  presign: { method: 'GET', input: z.object({}) },
  begin: {
    method: 'POST',
    input: z.object({
      path: field.required,
      num_parts: z
        .number('expected a number')
        .check(
          z.int('expected a whole number'),
          z.gte(0, 'expected 0 or more'),
          z.lte(PARTS_MAX, `expected at most ${PARTS_MAX}: MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE makes the parts larger`),
        ),
    }),
  },
  complete: {
    method: 'POST',
    input: z.object({
      path: field.required,
      upload_id: field.required,
      parts: z._default(z.array(z.object({ part_number: partNumber, etag: field.required })), []),
    }),
  },
  abort: { method: 'POST', input: z.object({ path: field.required, upload_id: field.required }) },
} as const;

export type ArtifactCall = keyof typeof artifactRoutes;
export type ArtifactInput<C extends ArtifactCall> = z.output<(typeof artifactRoutes)[C]['input']>;

const ROOT = /^\/api\/2\.0\/mlflow-artifacts\/(artifacts|presigned|mpu\/create|mpu\/complete|mpu\/abort)(?:\/(.*))?$/s;

const CALLS: Readonly<Record<string, ArtifactCall>> = {
  'PUT artifacts': 'put',
  'DELETE artifacts': 'remove',
  'GET presigned': 'presign',
  'POST mpu/create': 'begin',
  'POST mpu/complete': 'complete',
  'POST mpu/abort': 'abort',
};

/**
 * The call of a request, and the path that it is about: decoded once, as it was encoded once.
 * @throws Failure `route.not_found`, and `request.invalid` for a path that cannot be decoded
 */
export function artifactCallOf({ httpMethod: method, path }: APIGatewayProxyEvent): [ArtifactCall, string] {
  const [, root = '', encoded] = ROOT.exec(pathOf(path)) ?? [];
  const isWhole = root === 'artifacts' && method === 'GET';
  const call = isWhole ? (encoded === undefined || encoded === '' ? 'list' : 'get') : CALLS[`${method} ${root}`];
  if (call === undefined) throw new Failure('route.not_found', `There is no ${method} ${path}.`);
  return [call, decoded(encoded ?? '')];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid([notUtf8('path', text)]);
  }
}
