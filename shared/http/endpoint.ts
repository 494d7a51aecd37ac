import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Operation } from '../contract/operation.ts';
import { type Answer, type Input, type OperationName, operations } from '../contract/operations.ts';
import type { Occasion } from '../domain/change.ts';
import type { Sha256 } from '../domain/names.ts';
import type { Store } from '../store/store.ts';
import type { Position } from '../store/table.ts';
import type { Caller } from './caller.ts';
import type { Services } from './services.ts';

/** What an operation works with: who calls and when, and the world as far as it needs it. */
export interface Context extends Occasion {
  readonly caller: Caller;
  readonly store: Store;
  readonly artifacts: Artifacts;
  readonly services: Services;
  readonly requestId: string;
  /** Does work once for a request, however often it has to be decided anew. */
  readonly once: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** The position behind the `cursor` of the input, if there is one. */
  readonly after?: Position;
  /** The cursor for a position, good for this listing alone. */
  readonly cursorFor: (position: Position | undefined) => { cursor?: string };
  /** The revision that `If-Match` names. */
  readonly expectedRevision?: number;
  /** Where the answer is to be remembered, when the caller sent an `Idempotency-Key`. */
  readonly remember?: { readonly key: Sha256; readonly request: Sha256 };
}

/** An operation with the code that answers it. */
export interface Endpoint {
  readonly name: OperationName;
  readonly operation: Operation;
  readonly answer: (input: Record<string, unknown>, context: Context) => Promise<unknown>;
}

/** An operation that only reads. */
export function query<Name extends OperationName>(
  name: Name,
  answer: (input: Input<Name>, context: Context) => Promise<Answer<Name>>,
): Endpoint {
  return { name, operation: operations[name], answer: (input, context) => answer(input as Input<Name>, context) };
}
