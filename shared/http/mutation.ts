import { type Answer, type Input, type OperationName, operations } from '../contract/operations.ts';
import { type Change, resultOf } from '../domain/change.ts';
import { marksOf } from '../domain/mark.ts';
import { REPLY_SECONDS, type Reply } from '../domain/reply.ts';
import { Failure, type FailureCode } from '../errors.ts';
import { Conflict, type ReplySlot } from '../store/store.ts';
import type { Context, Endpoint } from './endpoint.ts';

const ATTEMPTS_MAX = 8;
const PAUSE_MS = 20;
const PAUSE_MS_MAX = 1_000;

/**
 * An operation that changes something: `decide` reads what it needs and gives back what a rule decided, and is asked
 * again when something changed in between. Nothing else writes. What is stored for an `Idempotency-Key` is the result;
 * `finish` makes the answer of it, each time anew, where an answer cannot be stored (a URL that expires).
 */
export function mutation<Name extends OperationName>(
  name: Name,
  decide: (input: Input<Name>, context: Context) => Promise<Change<Answer<Name>>>,
): Endpoint;
export function mutation<Name extends OperationName, Result>(
  name: Name,
  decide: (input: Input<Name>, context: Context) => Promise<Change<Result>>,
  finish: Finish<Name, Result>,
): Endpoint;
export function mutation<Name extends OperationName>(
  name: Name,
  decide: (input: Input<Name>, context: Context) => Promise<Change<unknown>>,
  finish: Finish<Name, unknown> = async (result) => result as Answer<Name>,
): Endpoint {
  return {
    name,
    operation: operations[name],
    answer: async (input, context) => {
      const result = await settle(() => decide(input as Input<Name>, context), context);
      return finish(result, input as Input<Name>, context);
    },
  };
}

type Finish<Name extends OperationName, Result> = (
  result: Result,
  input: Input<Name>,
  context: Context,
) => Promise<Answer<Name>>;

/** A change that may have been written, or may be yet: the database did not say. */
interface Doubt<Result> {
  readonly change: Change<Result>;
  readonly happened: () => Promise<boolean>;
}

/**
 * What was decided, once it is written: it is decided anew when something changed in between.
 * @throws Failure the refusal, and `write.conflict` when others are always quicker
 */
export async function settle<Result>(decide: () => Promise<Change<Result>>, context: Context): Promise<Result> {
  const doubts: Doubt<Result>[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    try {
      return await attemptOnce(decide, context, doubts);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      context.services.log({ code: 'write.conflicted', requestId: context.requestId, attempt });
      await context.services.pause(Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** attempt));
    }
  }
  throw new Failure('write.conflict', `Others changed this ${ATTEMPTS_MAX} times while it was being decided.`);
}

/** Decides while it looks for an earlier answer: a key that was never used costs no time. */
async function attemptOnce<Result>(
  decide: () => Promise<Change<Result>>,
  context: Context,
  doubts: Doubt<Result>[],
): Promise<Result> {
  const { store, caller, remember, now } = context;
  const [earlier, decided] = await Promise.all([
    remember && store.reply(caller.tenant, remember.key),
    decide().then(
      (change) => ({ change }),
      (error: unknown) => ({ error }),
    ),
  ]);
  const seconds = Math.floor(now.getTime() / 1000);
  const isLive = (reply: Reply | undefined): reply is Reply => reply !== undefined && reply.expiresAt > seconds;
  if (remember && isLive(earlier)) return replay<Result>(earlier, remember);
  // Asked after everything was read: what is written later than this meets the conditions of the new change.
  for (const { change, happened } of doubts) if (await happened()) return resultOf(change);
  if ('error' in decided) {
    // What is in the way may be what the same request did before, if that was written while this one was looking.
    const late = remember && (await store.reply(caller.tenant, remember.key));
    if (remember && isLive(late)) return replay<Result>(late, remember);
    throw decided.error;
  }

  const slot = remember && { ...remember, tenant: caller.tenant, expiresAt: seconds + REPLY_SECONDS, expired: earlier };
  // What things are found by is there before they are: a mark without what it marks is passed over.
  const marks = marksOf(decided.change);
  if (marks.length > 0) await store.note(marks);
  return store.commit(decided.change, slot satisfies ReplySlot | undefined).catch((error: unknown) => {
    if (error instanceof Conflict && error.happened) doubts.push({ ...decided, happened: error.happened });
    throw error;
  });
}

function replay<Result>({ request, outcome }: Reply, remember: { readonly request: string }): Result {
  if (request !== remember.request) {
    throw new Failure('idempotency.reused', 'Under this Idempotency-Key another request was answered.');
  }
  if ('result' in outcome) return outcome.result as Result;
  const { code, detail, ...details } = outcome.refusal;
  throw new Failure(code as FailureCode, detail, details);
}

/** A change with another result: what callers see of it. */
export const answering = <From, To>(change: Change<From>, view: (result: From) => To): Change<To> =>
  'refusal' in change ? change : { ...change, result: view(change.result) };
