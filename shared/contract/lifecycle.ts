import * as z from 'zod/mini';
import { Alias, ModelName, Reason, Timestamp, VersionNumber } from '../domain/names.ts';
import { Actor } from '../domain/principal.ts';
import { ActiveStage } from '../domain/stage.ts';
import * as examples from './examples.ts';
import { either, forcing, type Operations, page, paging, reasoned } from './operation.ts';
import { ModelView, TransitionView } from './views.ts';

const transition = { version: examples.version, archived: [], revision: 10 };
const one = { model: ModelName, version: VersionNumber };

export const lifecycleOperations = {
  promoteVersion: {
    method: 'POST',
    path: '/v1/models/{model}/versions/{version}/promote',
    summary: 'Promote a version to staging or production',
    access: { roles: ['releaser'] },
    input: z.strictObject({
      ...one,
      stage: ActiveStage,
      /** For a model with an open lifecycle: whether what is in production is archived. A governed model always does. */
      archiveFormer: z._default(z.boolean(), true),
      reason: z.optional(Reason),
    }),
    output: TransitionView,
    status: 200,
    failures: [
      'model.not_found',
      'version.not_found',
      'version.incomplete',
      'artifact.deleted',
      'transition.refused',
      'model.full',
    ],
    needs: ['table:read', 'table:write'],
    etag: true,
    ifMatch: true,
    example: { input: { model: 'fraud-detector', version: 3, stage: 'staging' }, output: transition },
  },
  archiveVersion: {
    method: 'POST',
    path: '/v1/models/{model}/versions/{version}/archive',
    summary: 'Take a version out of staging or production',
    access: { roles: ['releaser', 'admin'], also: { where: 'force', roles: ['admin'] } },
    input: z.strictObject({ ...one, ...forcing }).check(reasoned),
    output: TransitionView,
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'version.incomplete', 'transition.refused'],
    needs: ['table:read', 'table:write'],
    etag: true,
    ifMatch: true,
    example: {
      input: { model: 'fraud-detector', version: 3, reason: 'Superseded.' },
      output: { ...transition, version: { ...examples.version, stage: 'archived' } },
    },
  },
  rollbackModel: {
    method: 'POST',
    path: '/v1/models/{model}/rollback',
    summary: 'Put a former production version back, at once',
    access: { roles: ['releaser'] },
    input: z.strictObject({
      model: ModelName,
      /** How many production versions back. */
      steps: z._default(
        z
          .number()
          .check(z.int('expected a whole number'), z.gte(1, 'expected 1 or more'), z.lte(50, 'expected at most 50')),
        1,
      ),
      /** Which version that was in production once, instead of so many steps: also one that was rolled back from. */
      version: z.optional(VersionNumber),
      reason: Reason,
      /**
       * Goes back although the schema is not backward compatible with what is in production. Said by an admin, also to a
       * version that no policy let in or that is not archived, or although active versions need what is there.
       */
      force: z._default(z.boolean(), false),
      /** Says what would happen, and changes nothing. */
      dryRun: z._default(z.boolean(), false),
    }),
    output: z.extend(TransitionView, { dryRun: z.boolean() }),
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'rollback.impossible'],
    needs: ['table:read', 'table:write', 'artifacts:read'],
    etag: true,
    ifMatch: true,
    example: {
      input: { model: 'fraud-detector', steps: 1, reason: 'False alarms tripled.', force: false, dryRun: false },
      output: {
        version: { ...examples.version, version: 2, stage: 'production' },
        archived: [3],
        revision: 11,
        dryRun: false,
      },
    },
  },
  setAlias: {
    method: 'PUT',
    path: '/v1/models/{model}/aliases/{alias}',
    summary: 'Make an alias name a version',
    access: { roles: ['releaser'] },
    input: z.strictObject({ ...one, alias: Alias }),
    output: ModelView,
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'version.incomplete', 'model.full'],
    needs: ['table:read', 'table:write'],
    etag: true,
    ifMatch: true,
    example: { input: { model: 'fraud-detector', alias: 'champion', version: 2 }, output: examples.model },
  },
  deleteAlias: {
    method: 'DELETE',
    path: '/v1/models/{model}/aliases/{alias}',
    summary: 'Delete an alias',
    access: { roles: ['releaser'] },
    input: z.strictObject({ model: ModelName, alias: Alias }),
    output: ModelView,
    status: 200,
    failures: ['model.not_found', 'alias.not_found'],
    needs: ['table:read', 'table:write'],
    etag: true,
    ifMatch: true,
    example: { input: { model: 'fraud-detector', alias: 'champion' }, output: { ...examples.model, aliases: {} } },
  },
  getStageHistory: {
    method: 'GET',
    path: '/v1/models/{model}/history',
    summary: 'Show which versions held a stage or an alias, over time or at one time',
    access: { roles: ['reader'] },
    input: z
      .strictObject({
        model: ModelName,
        stage: z.optional(ActiveStage),
        alias: z.optional(Alias),
        /** Only who held it at this time. */
        at: z.optional(Timestamp),
        ...paging,
      })
      .check(either('stage', 'alias')),
    output: page(
      z.object({
        /** From when on. */
        at: Timestamp,
        versions: z.array(VersionNumber),
        seq: z.int(),
        actor: Actor,
      }),
    ),
    status: 200,
    failures: ['model.not_found', 'cursor.invalid'],
    needs: ['table:read'],
    example: {
      input: { model: 'fraud-detector', stage: 'production', at: examples.AT, limit: 20 },
      output: { items: [{ at: examples.AT, versions: [2], seq: 7, actor: { principal: examples.ANN } }] },
    },
  },
} as const satisfies Operations;
