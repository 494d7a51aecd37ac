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

/**
 * Whether it may take longer than API Gateway waits. Streams do; and completing a version reads what came in parts: the
 * function goes on when the caller has given up, notes what it proved, and the repeat is quick.
 */
export const isLong = (operation: Operation): boolean => operation.stream === true || needsArtifacts(operation);

/** Whether an operation touches files, or hands out URLs to them. */
export const needsArtifacts = ({ needs }: Operation): boolean => needs.some((need) => need.startsWith('artifacts:'));
