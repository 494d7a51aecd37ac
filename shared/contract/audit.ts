import * as z from 'zod/mini';
import { EventView } from '../domain/event.ts';
import { ModelId, ModelName, Timestamp } from '../domain/names.ts';
import * as examples from './examples.ts';
import { type Operations, page, paging } from './operation.ts';

/** Which events: all of the tenant's by time, or those of one model in their order. */
const selection = {
  model: z.optional(ModelName),
  /** The id of a model, for one that is deleted. */
  modelId: z.optional(ModelId),
  /** Not before this time. */
  from: z.optional(Timestamp),
  /** Not after this time. */
  to: z.optional(Timestamp),
};

const oneModel = z.refine<{ model?: unknown; modelId?: unknown }>(
  (input) => input.model === undefined || input.modelId === undefined,
  { message: 'expected model or modelId, not both', path: ['modelId'] },
);

const fromBeforeTo = z.refine<{ from?: string | undefined; to?: string | undefined }>(
  ({ from, to }) => from === undefined || to === undefined || Date.parse(from) <= Date.parse(to),
  { message: 'expected from to be at most to', path: ['from'] },
);

export const auditOperations = {
  listEvents: {
    method: 'GET',
    path: '/v1/events',
    summary: 'List events, newest first',
    access: { roles: ['reader'] },
    input: z
      .strictObject({ ...selection, order: z._default(z.enum(['ascending', 'descending']), 'descending'), ...paging })
      .check(oneModel, fromBeforeTo),
    output: page(EventView),
    status: 200,
    failures: ['model.not_found', 'cursor.invalid'],
    needs: ['table:read'],
    example: {
      input: { model: 'fraud-detector', from: examples.AT, order: 'descending', limit: 20 },
      output: { items: [examples.event] },
    },
  },
  exportEvents: {
    method: 'GET',
    path: '/v1/events/export',
    summary: 'Stream events as JSON lines, oldest first, and at the end how many they were',
    access: { roles: ['reader'] },
    input: z.strictObject(selection).check(oneModel, fromBeforeTo),
    output: z.union([EventView, z.object({ type: z.literal('export.completed'), events: z.int() })]),
    status: 200,
    failures: ['model.not_found'],
    needs: ['table:read'],
    stream: true,
    long: true,
    example: { input: { model: 'fraud-detector' }, output: examples.event },
  },
} as const satisfies Operations;
