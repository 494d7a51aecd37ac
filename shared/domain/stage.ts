import * as z from 'zod/mini';

export const Stage = z.enum(['none', 'staging', 'production', 'archived']);
export type Stage = z.output<typeof Stage>;

/** The stages in which a version is at work: the ones that something can be promoted to, and that have a history. */
export const ActiveStage = z.enum(['staging', 'production']);
export type ActiveStage = z.output<typeof ActiveStage>;

export const isActive = (stage: Stage): stage is ActiveStage => stage === 'staging' || stage === 'production';
