import { Malformed, type ProblemList } from '../finding.ts';
import type { Payload } from './arrays.ts';
import type { Machine } from './machine.ts';
import type { Opcode } from './opcodes.ts';
import { dictOf, MARK, NONE, OPAQUE, setItems, TRUTH, textOf, tupleOf, type Value } from './values.ts';

/** What followed an opcode: its number, its text or its lines. What is longer than a name is there without its text. */
export interface Given {
  readonly number: number;
  readonly text: string | undefined;
  readonly lines: readonly string[];
}

/** What opcodes do to stack and memo. */
export const actionsOn = (machine: Machine, problems: ProblemList) => {
  const push = (value: Value) => () => machine.push(value);
  const pushNumber = ({ number }: Given) => machine.push({ is: 'number', number });
  const pushText = ({ text }: Given) => machine.push(text === undefined ? OPAQUE : textOf(text));
  const pushLine = ({ lines: [line = ''] }: Given) => machine.push(textOf(line));
  const pushNumeral = ({ lines: [line = ''] }: Given) =>
    machine.push(line === '00' || line === '01' ? TRUTH : { is: 'number', number: Number(line.replace(/L$/, '')) });
  const extension = () => {
    problems.add('code', 'names something by a number of the extension registry');
    machine.push(OPAQUE);
  };
  const last = (count: number) => Array.from({ length: count }, () => machine.pop()).reverse();
  const called = (callable: Value, given: Value) =>
    machine.push(machine.call(callable, given.is === 'tuple' ? given.items : []));
  const grown = (items: readonly Value[]) => {
    machine.change(machine.top());
    setItems(machine.top(), items);
  };
  const numeral = ([line = '']: readonly string[]) => {
    if (!/^\d{1,10}$/.test(line)) throw new Malformed('has a number that is none');
    return Number(line);
  };

  return {
    MARK: push(MARK),
    NONE: push(NONE),
    NEWTRUE: push(TRUTH),
    NEWFALSE: push(TRUTH),
    EMPTY_LIST: push(OPAQUE),
    EMPTY_SET: push(OPAQUE),
    EMPTY_TUPLE: push(tupleOf([])),
    EMPTY_DICT: () => machine.push(dictOf()),
    BININT: pushNumber,
    BININT1: pushNumber,
    BININT2: pushNumber,
    LONG1: pushNumber,
    LONG4: pushNumber,
    INT: pushNumeral,
    LONG: pushNumeral,
    FLOAT: push(OPAQUE),
    BINFLOAT: push(OPAQUE),
    STRING: ({ lines: [line = ''] }: Given) => {
      if (!/^(['"]).*\1$/.test(line)) throw new Malformed('has a text without quotes');
      machine.push(textOf(line.slice(1, -1)));
    },
    UNICODE: pushLine,
    BINSTRING: pushText,
    SHORT_BINSTRING: pushText,
    BINUNICODE: pushText,
    SHORT_BINUNICODE: pushText,
    BINUNICODE8: pushText,
    BINBYTES: push(OPAQUE),
    SHORT_BINBYTES: push(OPAQUE),
    BINBYTES8: push(OPAQUE),
    BYTEARRAY8: push(OPAQUE),
    NEXT_BUFFER: push(OPAQUE),
    READONLY_BUFFER: () => void machine.top(),
    TUPLE: () => machine.push(tupleOf(machine.popMark())),
    TUPLE1: () => machine.push(tupleOf(last(1))),
    TUPLE2: () => machine.push(tupleOf(last(2))),
    TUPLE3: () => machine.push(tupleOf(last(3))),
    LIST: () => {
      machine.popMark();
      machine.push(OPAQUE);
    },
    FROZENSET: () => {
      machine.popMark();
      machine.push(OPAQUE);
    },
    DICT: () => {
      const items = machine.popMark();
      const dict = dictOf();
      setItems(dict, items);
      machine.push(dict);
    },
    APPEND: () => {
      machine.pop();
      grown([]);
    },
    APPENDS: () => {
      machine.popMark();
      grown([]);
    },
    ADDITEMS: () => {
      machine.popMark();
      grown([]);
    },
    SETITEM: () => grown(last(2)),
    SETITEMS: () => grown(machine.popMark()),
    POP: () => void machine.drop(),
    POP_MARK: () => void machine.popMark(),
    DUP: () => machine.push(machine.top()),
    GET: ({ lines }: Given) => machine.recall(numeral(lines)),
    BINGET: ({ number }: Given) => machine.recall(number),
    LONG_BINGET: ({ number }: Given) => machine.recall(number),
    PUT: ({ lines }: Given) => machine.remember(numeral(lines)),
    BINPUT: ({ number }: Given) => machine.remember(number),
    LONG_BINPUT: ({ number }: Given) => machine.remember(number),
    MEMOIZE: () => machine.memoize(),
    GLOBAL: ({ lines: [module = '', name = ''] }: Given) => machine.push(machine.name(module, name)),
    STACK_GLOBAL: () => {
      const [module, name] = last(2);
      if (module?.is === 'text' && name?.is === 'text') return machine.push(machine.name(module.text, name.text));
      problems.add('code', 'names something that it puts together');
      return machine.push(OPAQUE);
    },
    INST: ({ lines: [module = '', name = ''] }: Given) => {
      const given = machine.popMark();
      machine.push(machine.call(machine.name(module, name), given));
    },
    OBJ: () => {
      const [callable, ...given] = machine.popMark();
      if (!callable) throw new Malformed('takes more from its stack than there is');
      machine.push(machine.call(callable, given));
    },
    REDUCE: () => {
      const given = machine.pop();
      called(machine.pop(), given);
    },
    NEWOBJ: () => {
      const given = machine.pop();
      called(machine.pop(), given);
    },
    NEWOBJ_EX: () => {
      const [, given = OPAQUE] = [machine.pop(), machine.pop()];
      called(machine.pop(), given);
    },
    BUILD: (): Payload | undefined => {
      const state = machine.pop();
      return machine.build(machine.top(), state);
    },
    EXT1: extension,
    EXT2: extension,
    EXT4: extension,
    // Who loads it resolves these itself: PyTorch its tensors, in files that come beside.
    PERSID: push(OPAQUE),
    BINPERSID: () => {
      machine.pop();
      machine.push(OPAQUE);
    },
    PROTO: ({ number }: Given) => {
      if (number > 5) throw new Malformed(`is of protocol ${number}`);
    },
    FRAME: () => {},
  } satisfies Record<Exclude<Opcode, 'STOP'>, (given: Given) => unknown>;
};
