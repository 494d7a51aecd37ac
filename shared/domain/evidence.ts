import * as z from 'zod/mini';
import { Format } from './format/finding.ts';
import { Revision, Sha256 } from './names.ts';
import { CardField } from './policy-document.ts';

/** How an external test ended. `neutral` is neither for nor against: it meets no gate. */
export const Outcome = z.enum(['success', 'failure', 'neutral']);
export type Outcome = z.output<typeof Outcome>;

/** How many files are of one format. */
export const FormatCount = z.object({ format: Format, files: z.int() });
export type FormatCount = z.output<typeof FormatCount>;

/**
 * What is known of a version besides what was registered, as the version itself carries it: enough to decide, and in one
 * item with it, so that whoever decides on a version decides on its evidence.
 */
export const Evidence = z.object({
  /** The model card as it is now: its digest, and which fields have something in them. */
  card: z.optional(z.object({ revision: Revision, digest: Sha256, fields: z.array(CardField) })),
  /** The latest outcome of each check, by its name. */
  checks: z.record(z.string(), z.object({ outcome: Outcome, revision: Revision })),
  /** How many evaluations were recorded: each one more is other evidence. */
  evaluations: z.int(),
  /** What its files are by their content, once the registry has looked into them: how many there are of each format. */
  formats: z.optional(z.array(FormatCount)),
});
export type Evidence = z.output<typeof Evidence>;

export const NO_EVIDENCE: Evidence = { checks: {}, evaluations: 0 };
