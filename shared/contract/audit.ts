import * as z from 'zod/mini';
import { ChainEntry, CheckpointLine, SealEntry } from '../domain/checkpoint.ts';
import { EventView } from '../domain/event.ts';
import { ModelId, ModelName, Timestamp } from '../domain/names.ts';
import { CheckpointView, Proof } from '../domain/proof.ts';
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
  getProof: {
    method: 'GET',
    path: '/v1/events/proof',
    summary: 'Prove to anybody who has the key that an event is in the signed record',
    access: { roles: ['reader'] },
    input: z
      .strictObject({
        model: selection.model,
        modelId: selection.modelId,
        /** The place of the event in the chain of the model or, without a model, in that of the tenant. */
        seq: z.number().check(z.int('expected a whole number'), z.gte(1, 'expected 1 or more')),
      })
      .check(oneModel),
    output: Proof,
    status: 200,
    failures: ['model.not_found', 'event.not_found', 'checkpoint.pending'],
    needs: ['table:read'],
    example: {
      input: { model: 'fraud-detector', seq: 9 },
      output: {
        events: [examples.event],
        entry: {
          type: 'chain',
          tenant: 'acme',
          index: 0,
          model: examples.model.id,
          seq: 9,
          hash: examples.SHA256,
        },
        proof: [examples.ROOT],
        checkpoint: examples.checkpoint,
      },
    },
  },
  listCheckpoints: {
    method: 'GET',
    path: '/v1/checkpoints',
    summary: 'List the signed checkpoints of the record, newest first',
    access: { roles: ['reader'] },
    input: z.strictObject(paging),
    output: page(CheckpointView),
    status: 200,
    failures: ['cursor.invalid'],
    needs: ['table:read'],
    example: { input: { limit: 1 }, output: { items: [examples.checkpoint] } },
  },
  exportCheckpoints: {
    method: 'GET',
    path: '/v1/checkpoints/export',
    summary: 'Stream the checkpoints and what they are of as JSON lines, oldest first, to prove the record offline',
    access: { roles: ['reader'] },
    input: z.strictObject({}),
    output: z.union([
      ChainEntry,
      SealEntry,
      CheckpointLine,
      z.object({ type: z.literal('export.completed'), checkpoints: z.int() }),
    ]),
    status: 200,
    failures: [],
    needs: ['table:read'],
    stream: true,
    long: true,
    example: {
      input: {},
      output: { type: 'checkpoint', number: 1, note: examples.checkpoint.note, key: examples.checkpoint.key },
    },
  },
} as const satisfies Operations;
