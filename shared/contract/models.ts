import * as z from 'zod/mini';
import { inNfc, line, ModelName, NewModelName, Reason } from '../domain/names.ts';
import { Description, Label, TagChanges, Tags } from '../domain/text.ts';
import * as examples from './examples.ts';
import { type Operations, page, paging } from './operation.ts';
import { ModelView } from './views.ts';

export const modelOperations = {
  createModel: {
    method: 'POST',
    path: '/v1/models',
    summary: 'Create a model',
    access: { roles: ['publisher'] },
    input: z.strictObject({
      model: NewModelName,
      description: z._default(Description, ''),
      tags: z._default(Tags, {}),
    }),
    output: ModelView,
    status: 201,
    failures: ['model.exists'],
    needs: ['table:read', 'table:write', 'table:note'],
    etag: true,
    example: {
      input: { model: 'fraud-detector', description: 'Scores card payments.', tags: { team: 'payments' } },
      output: examples.model,
    },
  },
  getModel: {
    method: 'GET',
    path: '/v1/models/{model}',
    summary: 'Show a model',
    access: { roles: ['reader'] },
    input: z.strictObject({ model: ModelName }),
    output: ModelView,
    status: 200,
    failures: ['model.not_found'],
    needs: ['table:read'],
    etag: true,
    example: { input: { model: 'fraud-detector' }, output: examples.model },
  },
  listModels: {
    method: 'GET',
    path: '/v1/models',
    summary: 'List the models that the caller may read, by name',
    access: { roles: ['reader'], anywhere: true },
    input: z
      .strictObject({
        /** Names that begin so. */
        prefix: z.optional(line(250).check(inNfc)),
        /** Names that have this in them, upper or lower case. */
        contains: z.optional(line(250).check(inNfc)),
        /** The name of a tag that they have. */
        tag: z.optional(Label),
        /** The value of that tag. */
        tagValue: z.optional(z.string()),
        order: z._default(z.enum(['ascending', 'descending']), 'ascending'),
        ...paging,
      })
      .check(
        z.refine(({ tag, tagValue }) => tagValue === undefined || tag !== undefined, {
          message: 'expected tag together with tagValue',
          path: ['tagValue'],
        }),
      ),
    output: page(ModelView),
    status: 200,
    failures: ['cursor.invalid'],
    needs: ['table:read'],
    example: {
      input: { prefix: 'fraud-', tag: 'team', tagValue: 'payments', order: 'ascending', limit: 20 },
      output: { items: [examples.model] },
    },
  },
  updateModel: {
    method: 'PATCH',
    path: '/v1/models/{model}',
    summary: 'Change the description or tags of a model',
    access: { roles: ['publisher'] },
    input: z.strictObject({
      model: ModelName,
      description: z.optional(Description),
      /** A text sets a tag, null removes it, the rest stay. */
      tags: z.optional(TagChanges),
    }),
    output: ModelView,
    status: 200,
    failures: ['model.not_found'],
    needs: ['table:read', 'table:write', 'table:note'],
    etag: true,
    example: { input: { model: 'fraud-detector', tags: { team: 'payments', legacy: null } }, output: examples.model },
  },
  renameModel: {
    method: 'POST',
    path: '/v1/models/{model}/rename',
    summary: 'Give a model another name; versions and history stay with it',
    access: { roles: ['publisher', 'admin'], also: { on: 'to' } },
    input: z.strictObject({ model: ModelName, to: NewModelName }),
    output: ModelView,
    status: 200,
    failures: ['model.not_found', 'model.exists'],
    needs: ['table:read', 'table:write', 'table:remove'],
    etag: true,
    example: { input: { model: 'card-fraud', to: 'fraud-detector' }, output: examples.model },
  },
  deleteModel: {
    method: 'DELETE',
    path: '/v1/models/{model}',
    summary: 'Delete a model; its history stays',
    access: { roles: ['publisher', 'admin'], also: { where: 'force', roles: ['admin'] } },
    input: z
      .strictObject({
        model: ModelName,
        /** Although versions are in staging or production: only with a reason. */
        force: z._default(z.boolean(), false),
        reason: z.optional(Reason),
      })
      .check(
        z.refine(({ force, reason }) => !force || reason !== undefined, {
          message: 'expected a reason together with force',
          path: ['reason'],
        }),
      ),
    output: ModelView,
    status: 200,
    failures: ['model.not_found', 'model.in_use', 'version.retained', 'hold.in_force'],
    needs: ['table:read', 'table:write', 'table:remove'],
    example: { input: { model: 'fraud-detector' }, output: examples.model },
  },
} as const satisfies Operations;
