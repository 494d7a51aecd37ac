import * as z from 'zod/mini';
import { Dependency } from '../domain/metadata.ts';
import { ModelName, VersionNumber } from '../domain/names.ts';
import { Stage } from '../domain/stage.ts';
import { VersionState } from '../domain/version.ts';
import * as examples from './examples.ts';
import { type Operations, page, paging } from './operation.ts';

/** A version at the other end of dependencies. */
export const LinkView = z.object({
  model: ModelName,
  version: VersionNumber,
  /** `deleted` is also what a version of a deleted model is. */
  state: VersionState,
  stage: Stage,
  /** How many steps away it is: 1 for what is needed, or needs, directly. */
  depth: z.int(),
  /** The version through which it was found first; absent where the caller may not read that model. */
  via: z.optional(Dependency),
});
export type LinkView = z.output<typeof LinkView>;

const fields = {
  model: ModelName,
  version: VersionNumber,
  /** How many steps to go: 1 shows the direct ones alone. */
  depth: z._default(
    z
      .number()
      .check(z.int('expected a whole number'), z.gte(1, 'expected 1 or more'), z.lte(20, 'expected at most 20')),
    20,
  ),
  ...paging,
};

const links = () =>
  z.extend(page(LinkView), {
    /** How many more this page has, of models that the caller may not read. */
    hidden: z.optional(z.int()),
  });

const shared = {
  method: 'GET',
  access: { roles: ['reader'] },
  status: 200,
  failures: ['model.not_found', 'version.not_found', 'cursor.invalid'],
  // A walk of several pages keeps notes of what it has shown.
  needs: ['table:read', 'table:note'],
} as const;

export const dependencyOperations = {
  getDependencies: {
    ...shared,
    input: z.strictObject(fields),
    output: links(),
    path: '/v1/models/{model}/versions/{version}/dependencies',
    summary: 'List what a version needs, directly and through others',
    example: {
      input: { model: 'fraud-detector', version: 3, depth: 20, limit: 20 },
      output: { items: [examples.dependency] },
    },
  },
  getDependents: {
    ...shared,
    input: z.strictObject(fields),
    output: links(),
    path: '/v1/models/{model}/versions/{version}/dependents',
    summary: 'List what needs a version, directly and through others: what a change of it would touch',
    example: {
      input: { model: 'feature-encoder', version: 7, depth: 20, limit: 20 },
      output: { items: [examples.dependent] },
    },
  },
} as const satisfies Operations;
