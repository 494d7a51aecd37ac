import * as z from 'zod/mini';
import { Json } from './json.ts';
import { Role } from './role.ts';

/** One thing that a transition demands, whether it is so, what shows it, and who can see to it. */
export const Condition = z.object({
  kind: z.enum(['step', 'files', 'approval', 'metric', 'check', 'schema', 'card', 'artifact']),
  met: z.boolean(),
  /** What is demanded, as a sentence goes on after “expected”. */
  demand: z.string(),
  /** What there is, as a sentence goes on after “found”. */
  found: z.string(),
  /** The same for a machine. */
  evidence: z.record(z.string(), Json),
  /** Whose doing it takes; nobody's where nothing can be done. */
  roles: z.array(Role),
});
export type Condition = z.output<typeof Condition>;

export const unmetOf = (conditions: readonly Condition[]): Condition[] => conditions.filter(({ met }) => !met);
