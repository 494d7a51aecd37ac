import * as z from 'zod/mini';

export const Stage = z.enum(['none', 'staging', 'production', 'archived']);
export type Stage = z.output<typeof Stage>;

/** The stages in which a version is at work: the ones that something can be promoted to, and that have a history. */
export const ActiveStage = z.enum(['staging', 'production']);
export type ActiveStage = z.output<typeof ActiveStage>;

export const isActive = (stage: Stage): stage is ActiveStage => stage === 'staging' || stage === 'production';

/** The steps of a governed version. `archived → production` is missing: that is a rollback. */
const NEXT = {
  none: ['staging'],
  staging: ['production', 'archived'],
  production: ['archived'],
  archived: [],
} as const satisfies Record<Stage, readonly Stage[]>;

/** Where a governed version may go from a stage. */
export const nextStages = (stage: Stage): readonly Stage[] => NEXT[stage];

/** Whether a governed version can come from a stage into another: at once, or by the one between them. */
export const leadsTo = (from: Stage, to: Stage): boolean =>
  nextStages(from).some((next) => next === to || nextStages(next).includes(to));
