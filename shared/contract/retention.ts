import * as z from 'zod/mini';
import { HoldId, HoldState, Matter } from '../domain/hold.ts';
import { ModelName, Reason, Sha256, Timestamp, VersionNumber } from '../domain/names.ts';
import * as examples from './examples.ts';
import { type Operations, page, paging } from './operation.ts';
import { HoldView, RetentionView } from './retention-views.ts';

const ofModel = z.refine<{ model?: unknown; version?: unknown }>(
  ({ model, version }) => version === undefined || model !== undefined,
  { message: 'expected the model of this version', path: ['model'] },
);

const notBoth = z.refine<{ model?: unknown; rootDigest?: unknown }>(
  ({ model, rootDigest }) => model === undefined || rootDigest === undefined,
  { message: 'expected model or rootDigest, not both', path: ['rootDigest'] },
);

export const retentionOperations = {
  previewRetention: {
    method: 'GET',
    path: '/v1/retention',
    summary: 'Say what the next run of retention would do, and why everything else is kept',
    access: { roles: ['reader'] },
    input: z.strictObject({
      /** All models, unless told. */
      model: z.optional(ModelName),
      /** Only versions that something would be done with. */
      acting: z._default(z.boolean(), false),
      ...paging,
    }),
    output: z.extend(page(RetentionView), {
      /** Nothing is archived or deleted before, as there was more of that than is usual. */
      haltedUntil: z.optional(Timestamp),
    }),
    status: 200,
    failures: ['model.not_found', 'cursor.invalid'],
    needs: ['table:read'],
    example: {
      input: { model: 'fraud-detector', acting: false, limit: 20 },
      output: { items: [examples.retention] },
    },
  },
  placeHold: {
    method: 'POST',
    path: '/v1/holds',
    summary: 'Place a legal hold: nothing that it covers is deleted, whatever the policy says',
    access: { roles: ['admin'] },
    input: z
      .strictObject({
        /** What it is for, such as the number of a case. */
        matter: Matter,
        /** One model; without model, version and digest it covers everything. */
        model: z.optional(ModelName),
        version: z.optional(VersionNumber),
        /** Every version with these files. */
        rootDigest: z.optional(Sha256),
        reason: z.optional(Reason),
      })
      .check(ofModel, notBoth),
    output: HoldView,
    status: 201,
    failures: ['model.not_found', 'version.not_found', 'artifact.deleted', 'hold.full'],
    needs: ['table:read', 'table:write'],
    example: {
      input: { matter: 'Case 2026-118', model: 'fraud-detector', version: 3, reason: 'Asked for by the court.' },
      output: examples.hold,
    },
  },
  releaseHold: {
    method: 'POST',
    path: '/v1/holds/{hold}/release',
    summary: 'Ask for the release of a legal hold or, as another admin, confirm it',
    access: { roles: ['admin'] },
    input: z.strictObject({ hold: HoldId, reason: Reason }),
    output: HoldView,
    status: 200,
    failures: ['hold.not_found', 'hold.unconfirmed'],
    needs: ['table:read', 'table:write'],
    example: {
      input: { hold: examples.hold.id, reason: 'The case is closed.' },
      output: {
        ...examples.hold,
        state: 'releasing',
        release: { reason: 'The case is closed.', requestedBy: { principal: examples.ANN }, requestedAt: examples.AT },
        revision: 2,
      },
    },
  },
  listHolds: {
    method: 'GET',
    path: '/v1/holds',
    summary: 'List legal holds, newest first',
    access: { roles: ['admin'] },
    input: z.strictObject({ state: z.optional(HoldState), ...paging }),
    output: page(HoldView),
    status: 200,
    failures: ['cursor.invalid'],
    needs: ['table:read'],
    example: { input: { limit: 20 }, output: { items: [examples.hold] } },
  },
} as const satisfies Operations;
