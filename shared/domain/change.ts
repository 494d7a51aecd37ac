import type { Failure } from '../errors.ts';
import type { ObjectReference, ProvenObject } from './artifact.ts';
import type { Entity, Head, Revised } from './entity.ts';
import type { Evaluation } from './evaluation.ts';
import type { EventDraft } from './event.ts';
import type { PolicyRef } from './policy.ts';
import type { Actor } from './principal.ts';
import type { Staged } from './staged.ts';

/** Who does something, and when: all that a rule learns of the world. */
export interface Occasion {
  readonly actor: Actor;
  readonly now: Date;
}

/** One entity of a change, with what must be true of it for the whole change to happen. */
export type EntityWrite =
  /** It is not there yet. */
  | { readonly create: Entity }
  /** It is there at the revision before this one. */
  | { readonly replace: Revised }
  /** It is there at this revision. */
  | { readonly remove: Revised }
  /** It is gone afterwards. What never changes needs no condition. */
  | { readonly forget: Evaluation | ObjectReference | ProvenObject | Staged }
  /** Nothing is written: the decision rests on it, so it must still be at this revision. */
  | { readonly unchanged: Revised }
  /** Nothing is written: the decision rests on there being no such policy. */
  | { readonly absent: PolicyRef };

/** The entity whose chain the event of a change joins, as the rule leaves it. */
export type HeadWrite = { readonly create: Head } | { readonly replace: Head };

/**
 * What a rule decided: the answer, the entities to write, and the one event that tells of it – all or nothing.
 * A refusal that has to be recorded is a change too: it has an event, and a failure in place of a result.
 */
export type Change<Result> = Decided<Result> | Refused | Unchanged<Result> | Kept<Result>;

export interface Decided<Result> extends Recorded {
  readonly result: Result;
}

export interface Refused extends Recorded {
  readonly refusal: Failure;
}

/** There was nothing to do. */
export interface Unchanged<Result> {
  readonly result: Result;
  readonly head?: never;
  readonly keep?: never;
}

/**
 * Something that the registry keeps for its own work, such as how the delivery of an event goes: nobody decided
 * anything, so there is no event of it.
 */
export interface Kept<Result> {
  readonly result: Result;
  readonly head?: never;
  readonly keep: readonly EntityWrite[];
}

interface Recorded {
  readonly head: HeadWrite;
  readonly writes: readonly EntityWrite[];
  readonly event: EventDraft & { readonly actor: Actor };
}

/**
 * What a change answers, once it is written.
 * @throws Failure the refusal of a refused change
 */
export function resultOf<Result>(change: Change<Result>): Result {
  if ('refusal' in change) throw change.refusal;
  return change.result;
}

/** A change with more to write, or to rest on, where it is one. */
export const withWrites = <Result>(change: Change<Result>, writes: readonly EntityWrite[]): Change<Result> =>
  change.head === undefined ? change : { ...change, writes: [...change.writes, ...writes] };

/** The answer when things are already as the caller wants them. */
export const unchanged = <Result>(result: Result): Unchanged<Result> => ({ result });

/**
 * The moment of a change to this chain. Never before the event before it: clocks of two functions may disagree,
 * and history by time has to agree with history by sequence.
 */
export function momentOf({ lastAt }: Pick<Head, 'lastAt'>, { now }: Pick<Occasion, 'now'>): string {
  const at = now.toISOString();
  return at < lastAt ? lastAt : at;
}
