import { Malformed, type ProblemList, TooMuch } from '../finding.ts';
import { globalName, isAllowed } from './allowed.ts';
import { ARRAY_WRAPPER, type Payload, payloadOf } from './arrays.ts';
import { MARK, OPAQUE, tupleOf, type Value } from './values.ts';

/** A vocabulary of a million words fits, in 200 MB. */
const DEPTH_MAX = 1_000_000;
const MEMO_MAX = 1_500_000;

/** The stack and the memo of a pickle that is read and never run. */
export interface Machine {
  /** How often something was called. */
  readonly calls: number;
  readonly globals: number;
  push(value: Value): void;
  pop(): Value;
  /** Removes what is on top, even a mark. */
  drop(): void;
  /** What is above the last mark, which goes too. */
  popMark(): Value[];
  top(): Value;
  remember(index: number): void;
  memoize(): void;
  recall(index: number): void;
  /** Something by its name. What is not allowed is a problem, and goes on as if it were. */
  name(module: string, name: string): Value;
  /** Calls something: only what has a name. */
  call(callable: Value, given: readonly Value[]): Value;
  /** Changes something: only what the pickle has made. */
  change(target: Value): void;
  /** Gives an object its state: an array of joblib has its bytes behind that. */
  build(target: Value, state: Value): Payload | undefined;
  isDone(): boolean;
}

/** @throws nothing itself; its functions throw {@link Malformed} where Python would fail, and {@link TooMuch} */
export function machine(problems: ProblemList): Machine {
  const stack: Value[] = [];
  const memo = new Map<number, Value>();
  let calls = 0;
  let globals = 0;

  const pop = (): Value => {
    const value = stack.pop();
    if (!value || value.is === 'mark') throw new Malformed('takes more from its stack than there is');
    return value;
  };
  const top = (): Value => {
    const value = stack.at(-1);
    if (!value || value.is === 'mark') throw new Malformed('takes more from its stack than there is');
    return value;
  };
  const remember = (index: number): void => {
    if (memo.size >= MEMO_MAX) throw new TooMuch('remembers more values than are looked at');
    memo.set(index, top());
  };

  return {
    get calls() {
      return calls;
    },
    get globals() {
      return globals;
    },
    push(value) {
      if (stack.length >= DEPTH_MAX) throw new TooMuch('has a deeper stack than is looked at');
      stack.push(value);
    },
    pop,
    top,
    drop() {
      if (!stack.pop()) throw new Malformed('takes more from its stack than there is');
    },
    popMark() {
      const at = stack.lastIndexOf(MARK);
      if (at < 0) throw new Malformed('takes more from its stack than there is');
      const above = stack.splice(at);
      above.shift();
      return above;
    },
    remember,
    memoize: () => remember(memo.size),
    recall(index) {
      const value = memo.get(index);
      if (!value) throw new Malformed('recalls what it did not remember');
      this.push(value);
    },
    name(module, name) {
      globals += 1;
      const full = globalName(module, name);
      if (!isAllowed(module, name)) problems.add('code', `names ${full}`);
      return { is: 'global', name: full };
    },
    call(callable, given) {
      calls += 1;
      if (callable.is === 'global') return { is: 'object', of: callable.name, given: kept(given) };
      problems.add('code', 'calls something that has no name');
      return OPAQUE;
    },
    change(target) {
      if (target.is === 'global') problems.add('code', `changes ${target.name}`);
    },
    build(target, state) {
      this.change(target);
      if (target.is !== 'object') return undefined;
      target.state = state;
      return target.of === ARRAY_WRAPPER ? payloadOf(state) : undefined;
    },
    isDone: () => stack.length === 1,
  };
}

/** What a call was given, as far as a type of an array says it. */
function kept(given: readonly Value[]): readonly Value[] {
  const tuple = tupleOf(given);
  return tuple.is === 'tuple' ? tuple.items : [];
}
