import type { Change } from '../domain/change.ts';
import type { Context } from '../http/endpoint.ts';
import { settle } from '../http/mutation.ts';
import type { MlflowCall, MlflowInput } from './routes.ts';

/** What a call works with. */
export interface MlflowContext extends Context {
  /** What the client puts before the paths of calls. */
  readonly base: string;
}

/** How a call is answered: with the fields of MLflow's message. */
export type Answer<C extends MlflowCall> = (input: MlflowInput<C>, context: MlflowContext) => Promise<object>;

/** A call that changes something: what a rule decides is written as it is for native operations. */
export const changing =
  <C extends MlflowCall, Result>(
    decide: (input: MlflowInput<C>, context: MlflowContext) => Promise<Change<Result>>,
    answer: (result: Result, context: Context) => object | Promise<object> = () => ({}),
  ): Answer<C> =>
  async (input, context) =>
    answer(await settle(() => decide(input, context), context), context);
