import * as z from 'zod/mini';
import { Checkpoint, LogEntry } from '../domain/checkpoint.ts';
import type { TenantId } from '../domain/names.ts';

/** A checkpoint with the entries that are new in it, as it is put where nobody can change it any more. */
export const SealedFile = z.object({ ...z.omit(Checkpoint, { kind: true }).shape, entries: z.array(LogEntry) });
export type SealedFile = z.output<typeof SealedFile>;

/** Where checkpoints are kept, each written once. */
export interface Checkpoints {
  /**
   * Keeps a checkpoint, if there is none under its tenant and number.
   * @returns the one that is there now: this one, or an earlier one
   */
  keep(file: SealedFile): Promise<SealedFile>;
}

/** Under which name a checkpoint is kept. */
export const nameOf = ({ tenant, number }: { readonly tenant: TenantId; readonly number: number }): string =>
  `t/${tenant}/${String(number).padStart(12, '0')}.json`;

/** One line of JSON. */
export const textOfFile = (file: SealedFile): string => `${JSON.stringify(file)}\n`;
