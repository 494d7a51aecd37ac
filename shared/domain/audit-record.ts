import { type Fault, type Verdict, verifyChains } from './audit.ts';
import { type LogFault, verifyLog, whyNotContinued } from './audit-log.ts';
import type { NoteKey } from './note.ts';

type Lines = AsyncIterable<string> | Iterable<string>;

/** The whole record of a tenant, as it was exported, and what whoever checks it trusts. */
export interface Record {
  /** The lines of all events. */
  readonly events: Lines;
  /** The lines of all checkpoints, with their entries. */
  readonly checkpoints: Lines;
  readonly keys: readonly NoteKey[];
  /** The note of a checkpoint that was kept where the registry cannot change it. */
  readonly kept?: string | undefined;
}

/** What was found in a record. */
export interface RecordVerdict extends Omit<Verdict, 'fault'> {
  /** How many checkpoints are proved. */
  readonly checkpoints: number;
  /** The time of the last one. */
  readonly at?: string;
  /** How many of the events a checkpoint has. */
  readonly sealed: number;
  /** The first thing that is not as the registry wrote it. */
  readonly fault?: (Fault & { readonly in: 'events' }) | (LogFault & { readonly in: 'checkpoints' }) | Forked;
}

/** It is not the record of which there was a checkpoint. */
export interface Forked {
  readonly in: 'kept checkpoint';
  readonly why: string;
}

/** Proves a record, offline: signatures, the growth of the log, and every chain against it. */
export async function verifyRecord({ events, checkpoints, keys, kept }: Record): Promise<RecordVerdict> {
  const { log, fault } = await verifyLog(checkpoints, keys);
  const at = log.checkpoints.at(-1)?.at;
  const proved = { checkpoints: log.checkpoints.length, ...(at !== undefined && { at }) };
  const nothing = { events: 0, chains: [], sealed: 0, ...proved };
  if (fault) return { ...nothing, fault: { in: 'checkpoints', ...fault } };
  const why = kept === undefined ? undefined : whyNotContinued(log, kept, keys);
  if (why !== undefined) return { ...nothing, fault: { in: 'kept checkpoint', why } };

  const { fault: bad, ...verdict } = await verifyChains(events, log);
  const sealed = verdict.chains.reduce((sum, chain) => sum + (chain.sealed ?? 0), 0);
  return { ...verdict, ...proved, sealed, ...(bad && { fault: { in: 'events' as const, ...bad } }) };
}
