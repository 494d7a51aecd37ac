import * as z from 'zod/mini';
import { Hold, HoldId } from '../domain/hold.ts';
import { ModelName, Sha256, Timestamp, VersionNumber } from '../domain/names.ts';
import type { Plan } from '../domain/retention/decide.ts';
import { Stage } from '../domain/stage.ts';
import { type Version, VersionState } from '../domain/version.ts';

/** What callers see of a legal hold. What it covers is one of: everything, a model, a version of it, files. */
export const HoldView = z.object({
  ...z.omit(Hold, { kind: true, tenant: true, covers: true }).shape,
  /** The present name of the model, or its last one. */
  model: z.optional(ModelName),
  version: z.optional(VersionNumber),
  rootDigest: z.optional(Sha256),
});

/** What callers see of what becomes of a version. */
export const RetentionView = z.object({
  model: ModelName,
  version: VersionNumber,
  state: VersionState,
  stage: Stage,
  /** What a run would do now. */
  actions: z.array(
    z.object({
      action: z.enum(['archive', 'abandon', 'delete files', 'remove bytes', 'compact evaluations']),
      rootDigest: z.optional(Sha256),
      /** Of all its files: what other versions use stays. */
      bytes: z.optional(z.int()),
      evaluations: z.optional(z.int()),
    }),
  ),
  /** Why the rest is kept. */
  kept: z.array(
    z.object({
      what: z.enum(['stage', 'artifact', 'evaluations']),
      why: z.string(),
      detail: z.string(),
      /** When time alone will have ended this reason. */
      until: z.optional(Timestamp),
      holds: z.optional(z.array(HoldId)),
    }),
  ),
});
export type RetentionView = z.output<typeof RetentionView>;

/** A hold, with the model that it covers under its present name. */
export const holdView = ({ covers, ...hold }: Hold, name: ModelName | undefined): z.output<typeof HoldView> => ({
  ...hold,
  ...(name !== undefined && { model: name }),
  ...(covers.version !== undefined && { version: covers.version }),
  ...(covers.rootDigest !== undefined && { rootDigest: covers.rootDigest }),
});

const CALLED = {
  archive: 'archive',
  abandon: 'abandon',
  erase: 'delete files',
  collect: 'remove bytes',
  compact: 'compact evaluations',
} as const;

/** What becomes of a version, under the name of its model. */
export const retentionView = (model: ModelName, version: Version, { actions, kept }: Plan): RetentionView => ({
  model,
  version: version.number,
  state: version.state,
  stage: version.stage,
  actions: actions.map((action) => ({
    action: CALLED[action.kind],
    ...(action.kind === 'compact'
      ? { evaluations: action.evaluations.length }
      : {
          ...(version.artifact &&
            action.kind !== 'archive' && { rootDigest: version.artifact.rootDigest, bytes: version.artifact.bytes }),
        }),
  })),
  kept: kept.map(({ holds, ...reason }) => ({ ...reason, ...(holds && { holds: [...holds] }) })),
});
