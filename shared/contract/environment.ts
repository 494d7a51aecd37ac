import * as z from 'zod/mini';
import { isPaged, type Operation } from './operation.ts';

/** What the stack tells a function about its surroundings: no more than its row asks for. */
export const Environment = z.object({
  TABLE_NAME: z.string(),
  BUCKET_NAME: z.optional(z.string()),
  /** The ARN of the KMS key from which the key of cursors is made. */
  CURSOR_KEY: z.optional(z.string()),
  /** How long memberships are remembered. */
  MEMBERSHIP_SECONDS: z._default(z.coerce.number().check(z.int(), z.gte(0)), 60),
  /** Principals, or ARNs of them, divided by commas. */
  DEPLOYMENT_ADMINS: z.optional(z.string()),
});

export type Variable = keyof z.output<typeof Environment>;

/** Every variable that some function has. */
export const VARIABLES = Object.keys(Environment.shape) as readonly Variable[];

/** The variables in the environment of the function that answers an operation. */
export function variablesOf(operation: Operation): readonly Variable[] {
  const has: Readonly<Record<Variable, boolean>> = {
    TABLE_NAME: true,
    BUCKET_NAME: needsArtifacts(operation),
    CURSOR_KEY: isPaged(operation),
    MEMBERSHIP_SECONDS: operation.access !== 'deployment-admin',
    DEPLOYMENT_ADMINS: typeof operation.access === 'string',
  };
  return VARIABLES.filter((variable) => has[variable]);
}

/** How many seconds a function has; one that asks S3 about thousands of files, as many as API Gateway waits. */
export const secondsOf = (operation: Operation): number => {
  if (operation.long) return 15 * 60;
  return needsArtifacts(operation) ? 29 : 10;
};

/** In MB: with 1,769 a function has a whole processor, to hash files and to sign hundreds of URLs with. */
export const memoryOf = (operation: Operation): number => (needsArtifacts(operation) ? 1_769 : 512);

/** Whether an operation touches files, or hands out URLs to them. */
export const needsArtifacts = ({ needs }: Operation): boolean => needs.some((need) => need.startsWith('artifacts:'));
