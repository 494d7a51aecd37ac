import * as z from 'zod/mini';
import * as field from './fields.ts';
import type { MlflowRoutes } from './routes.ts';

const name = { name: field.required };
const reading = { roles: ['reader'] } as const;
const publishing = { roles: ['publisher'] } as const;
const releasing = { roles: ['releaser'] } as const;
const latest = z.object({ ...name, stages: field.texts });

/** How a search is asked for. */
export const searching = (most: number, unless: number) => ({
  filter: field.optional,
  max_results: field.resultsUpTo(most, unless),
  order_by: field.texts,
  page_token: field.optional,
});

export const modelRoutes = {
  createRegisteredModel: {
    method: 'POST',
    path: '/registered-models/create',
    access: publishing,
    input: z.object({ ...name, tags: field.tags, description: field.optional }),
  },
  getRegisteredModel: {
    method: 'GET',
    path: '/registered-models/get',
    access: reading,
    input: z.object(name),
  },
  renameRegisteredModel: {
    method: 'POST',
    path: '/registered-models/rename',
    access: { roles: ['publisher', 'admin'], also: { on: 'new_name' } },
    input: z.object({ ...name, new_name: field.required }),
  },
  updateRegisteredModel: {
    method: 'PATCH',
    path: '/registered-models/update',
    access: publishing,
    input: z.object({ ...name, description: field.optional }),
  },
  deleteRegisteredModel: {
    method: 'DELETE',
    path: '/registered-models/delete',
    access: { roles: ['publisher', 'admin'] },
    input: z.object(name),
  },
  searchRegisteredModels: {
    method: 'GET',
    path: '/registered-models/search',
    access: { roles: ['reader'], anywhere: true },
    input: z.object(searching(1_000, 100)),
  },
  getLatestVersions: {
    method: 'POST',
    path: '/registered-models/get-latest-versions',
    access: reading,
    input: latest,
  },
  /** As older clients ask. */
  getLatestVersionsOf: {
    method: 'GET',
    path: '/registered-models/get-latest-versions',
    access: reading,
    input: latest,
  },
  setRegisteredModelTag: {
    method: 'POST',
    path: '/registered-models/set-tag',
    access: publishing,
    input: z.object({ ...name, key: field.required, value: field.optional }),
  },
  deleteRegisteredModelTag: {
    method: 'DELETE',
    path: '/registered-models/delete-tag',
    access: publishing,
    input: z.object({ ...name, key: field.required }),
  },
  setRegisteredModelAlias: {
    method: 'POST',
    path: '/registered-models/alias',
    access: releasing,
    input: z.object({ ...name, alias: field.optional, version: field.required }),
  },
  deleteRegisteredModelAlias: {
    method: 'DELETE',
    path: '/registered-models/alias',
    access: releasing,
    input: z.object({ ...name, alias: field.required }),
  },
  getModelVersionByAlias: {
    method: 'GET',
    path: '/registered-models/alias',
    access: reading,
    input: z.object({ ...name, alias: field.required }),
  },
} as const satisfies MlflowRoutes;
