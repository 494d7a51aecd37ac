import * as z from 'zod/mini';
import * as field from './fields.ts';
import { searching } from './model-routes.ts';
import type { MlflowRoutes } from './routes.ts';

const name = { name: field.required };
const one = { ...name, version: field.required };
const reading = { roles: ['reader'] } as const;
const publishing = { roles: ['publisher'] } as const;

export const versionRoutes = {
  createModelVersion: {
    method: 'POST',
    path: '/model-versions/create',
    access: publishing,
    input: z.object({
      ...name,
      source: field.required,
      run_id: field.optional,
      run_link: field.optional,
      model_id: field.optional,
      description: field.optional,
      tags: field.tags,
    }),
  },
  getModelVersion: {
    method: 'GET',
    path: '/model-versions/get',
    access: reading,
    input: z.object(one),
  },
  updateModelVersion: {
    method: 'PATCH',
    path: '/model-versions/update',
    access: publishing,
    input: z.object({ ...one, description: field.optional }),
  },
  transitionModelVersionStage: {
    method: 'POST',
    path: '/model-versions/transition-stage',
    access: { roles: ['releaser'] },
    input: z.object({ ...one, stage: field.required, archive_existing_versions: field.flag }),
  },
  deleteModelVersion: {
    method: 'DELETE',
    path: '/model-versions/delete',
    access: { roles: ['publisher', 'admin'] },
    input: z.object(one),
  },
  searchModelVersions: {
    method: 'GET',
    path: '/model-versions/search',
    access: { roles: ['reader'], anywhere: true },
    input: z.object(searching(200_000, 200_000)),
  },
  getModelVersionDownloadUri: {
    method: 'GET',
    path: '/model-versions/get-download-uri',
    access: reading,
    input: z.object(one),
  },
  setModelVersionTag: {
    method: 'POST',
    path: '/model-versions/set-tag',
    access: publishing,
    input: z.object({ ...one, key: field.required, value: field.optional }),
  },
  deleteModelVersionTag: {
    method: 'DELETE',
    path: '/model-versions/delete-tag',
    access: publishing,
    input: z.object({ ...one, key: field.required }),
  },
} as const satisfies MlflowRoutes;
