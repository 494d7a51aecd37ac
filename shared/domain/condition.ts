import * as z from 'zod/mini';
import { Json } from './json.ts';
import { Role } from './role.ts';

/** One thing that a transition demands, whether it is so, what shows it, and who can see to it. */
export const Condition = z.object({
  kind: z.enum([
    'step',
    'files',
    'room',
    'approval',
    'metric',
    'check',
    'schema',
    'card',
    'artifact',
    'dependency',
    'dependents',
  ]),
  met: z.boolean(),
  /** Not met, it warns of something and refuses nothing. */
  warning: z.optional(z.literal(true)),
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

/** What stands in the way. */
export const unmetOf = (conditions: readonly Condition[]): Condition[] =>
  conditions.filter(({ met, warning }) => !met && !warning);

/** What does not stand in the way, and had better be known. */
export const warningsOf = (conditions: readonly Condition[]): Condition[] =>
  conditions.filter(({ met, warning }) => !met && warning);
