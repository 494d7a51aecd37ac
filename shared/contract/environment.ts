import * as z from 'zod/mini';
import type { Authorizer } from './authorizer.ts';
import type { Facade } from './facade.ts';
import { isPaged, type Operation } from './operation.ts';
import { type Reaction, reactionMegabytes, reactionSeconds } from './reaction.ts';

/** What the stack tells a function about its surroundings: no more than its row asks for. */
export const Environment = z.object({
  TABLE_NAME: z.string(),
  BUCKET_NAME: z.optional(z.string()),
  /** Where uploaded files wait for the versions that will have them. */
  STAGING_BUCKET: z.optional(z.string()),
  /** The ARN of the KMS key from which the key of cursors is made. */
  CURSOR_KEY: z.optional(z.string()),
  /** The ARN of the KMS key from which the key is made that seals the secrets of webhooks. */
  WEBHOOK_KEY: z.optional(z.string()),
  /** The ARN of the KMS key from which the key is made that signs tokens. */
  TOKEN_KEY: z.optional(z.string()),
  /** Others whose tokens are taken: a JSON list, as `shared/domain/issuer.ts` has it. */
  ISSUERS: z.optional(z.string()),
  /** Origins, divided by commas, that events may be sent to although they are no public https ones: of emulators. */
  TRUSTED_ORIGINS: z.optional(z.string()),
  /** How long memberships are remembered. */
  MEMBERSHIP_SECONDS: z._default(z.coerce.number().check(z.int(), z.gte(0)), 60),
  /** Principals, or ARNs of them, divided by commas. */
  DEPLOYMENT_ADMINS: z.optional(z.string()),
  EVENT_BUS: z.optional(z.string()),
  /** The URLs of queues by the reactions that they belong to, as a JSON object. */
  QUEUE_URLS: z.optional(z.string()),
  /** Where rules for subscribers are made: a JSON object, as `shared/aws/subscribers.ts` reads it. */
  SUBSCRIBERS: z.optional(z.string()),
  /** The account that the registry is in. */
  OWN_ACCOUNT: z.optional(z.string()),
  /** The URL of the queue of dead letters. */
  LETTERS_URL: z.optional(z.string()),
  /** The ARN of the KMS key that signs checkpoints, and the bucket that keeps them. */
  CHECKPOINT_KEY: z.optional(z.string()),
  CHECKPOINT_BUCKET: z.optional(z.string()),
});

export type Variable = keyof z.output<typeof Environment>;

/** Every variable that some function has. */
export const VARIABLES = Object.keys(Environment.shape) as readonly Variable[];

/** Whatever has a function. */
export type Row = Operation | Reaction | Facade | Authorizer;

/** The variables in the environment of the function of a row. */
export function variablesOf(row: Row): readonly Variable[] {
  const has: Readonly<Record<Variable, boolean>> = {
    TABLE_NAME: true,
    BUCKET_NAME: needsArtifacts(row),
    STAGING_BUCKET: row.needs.includes('artifacts:stage'),
    CURSOR_KEY: isFacade(row) || ('access' in row && isPaged(row)),
    WEBHOOK_KEY: row.needs.includes('webhooks:secrets'),
    TOKEN_KEY: row.needs.includes('tokens:sign'),
    ISSUERS: 'header' in row,
    TRUSTED_ORIGINS: row.needs.includes('webhooks:secrets') || ('access' in row && 'url' in row.input.shape),
    MEMBERSHIP_SECONDS: isFacade(row) || ('access' in row && row.access !== 'deployment-admin'),
    DEPLOYMENT_ADMINS: 'access' in row && typeof row.access === 'string',
    EVENT_BUS: row.needs.includes('bus:publish'),
    QUEUE_URLS: queuesOf(row).length > 0,
    SUBSCRIBERS: row.needs.includes('subscribers:connect'),
    OWN_ACCOUNT: row.needs.includes('account:own'),
    LETTERS_URL: row.needs.includes('letters:write'),
    CHECKPOINT_KEY: row.needs.includes('checkpoints:sign'),
    CHECKPOINT_BUCKET: row.needs.includes('checkpoints:sign'),
  };
  return VARIABLES.filter((variable) => has[variable]);
}

const isFacade = (row: Row): row is Facade => 'paths' in row;

/** The reactions into whose queues a function puts messages. */
export const queuesOf = ({ needs }: Pick<Operation, 'needs'>): readonly string[] =>
  needs.flatMap((need) => (need.startsWith('queue:') ? [need.slice('queue:'.length)] : []));

/** How many seconds a function has; one that asks S3 about thousands of files, as many as API Gateway waits. */
export const secondsOf = (row: Row): number => {
  if ('cause' in row) return reactionSeconds(row);
  if (isFacade(row)) return 29;
  if ('long' in row && row.long) return 15 * 60;
  return needsArtifacts(row) ? 29 : 10;
};

/** In MB: with 1,769 a function has a whole processor, to hash files and to sign hundreds of URLs with. */
export const memoryOf = (row: Row): number => {
  if ('cause' in row) return reactionMegabytes(row);
  return isFacade(row) || needsArtifacts(row) ? 1_769 : 512;
};

/** Whether an operation touches files, or hands out URLs to them. */
export const needsArtifacts = ({ needs }: Pick<Operation, 'needs'>): boolean =>
  needs.some((need) => need.startsWith('artifacts:'));
