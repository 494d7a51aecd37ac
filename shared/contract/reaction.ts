import type { EventType } from '../domain/event.ts';
import type { Need } from './operation.ts';

/** A function that runs because something happened, and not because somebody asked. */
export interface Reaction {
  readonly summary: string;
  readonly cause: Cause;
  readonly needs: readonly Need[];
  /** How long it may run; a minute unless told. */
  readonly seconds?: number;
  /** Memory in MB: with 1,769 a function has a whole processor. */
  readonly megabytes?: number;
}

export type Cause =
  /** Events that were written, as the stream of the table tells of them. */
  | { readonly stream: 'events' }
  /**
   * Messages of a queue of its own. The bus puts the events there that are named, and functions whose needs have the
   * queue put what they like. What fails five times is put aside, with the dead letters.
   */
  | { readonly queue: { readonly events?: readonly EventType[] | 'all' } }
  | { readonly everyMinutes: number };

export type Reactions = Readonly<Record<string, Reaction>>;

/** How often a message is tried before it is a dead letter. */
export const TRIES_MAX = 5;

const SECONDS = 60;
const MEGABYTES = 512;

export const reactionSeconds = ({ seconds = SECONDS }: Reaction): number => seconds;
export const reactionMegabytes = ({ megabytes = MEGABYTES }: Reaction): number => megabytes;
